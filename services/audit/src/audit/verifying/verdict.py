"""What `verify` found."""

from dataclasses import dataclass
from datetime import datetime

from audit.verifying.faults import Fault
from audit.verifying.journal import Journal


@dataclass(frozen=True)
class Seen:
    """What one municipality saw last."""

    municipality: str
    stamp: int
    as_of: datetime


@dataclass(frozen=True)
class Verdict:
    """Whether the archive is whole."""

    faults: tuple[Fault, ...]
    stamps: int
    events: int
    """Stamped events that were looked at."""
    removed: int
    """Of these, how many have no payload any more, by the rules of retention."""
    removed_by: dict[str, int]
    """The same by municipality; `centre`: of none."""
    unstamped: int
    """Events that no stamp names yet."""
    on_the_way: int
    """Events of the newest stamps that have not arrived yet."""
    heads: tuple[Seen, ...]
    """What witnesses say they saw last; only those that count for the end."""
    witnesses: int
    """Of how many municipalities; with fewer than two a cut end would not show, and it fails."""
    timed: int | None
    """Stamps whose time an authority signed; None: its roots are not known, so nobody looked."""
    last_stamp: int
    journal: Journal
    """Of looks, holds, liftings, rules and removals."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
