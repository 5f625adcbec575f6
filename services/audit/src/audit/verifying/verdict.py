"""What `verify` found."""

from dataclasses import dataclass

from audit.verifying.faults import Fault


@dataclass(frozen=True)
class Verdict:
    """Whether the archive is whole."""

    faults: tuple[Fault, ...]
    stamps: int
    events: int
    """Stamped events that were looked at."""
    removed: int
    """Of these, how many have no payload any more, by the rules of retention."""
    unstamped: int
    """Events that no stamp names yet."""
    on_the_way: int
    """Events of the newest stamps that have not arrived yet."""
    witnesses: int
    """How many heads the end of the chain was held against; 0: a cut end would not show."""
    timed: int | None
    """Stamps whose time an authority signed; None: its roots are not known, so nobody looked."""
    last_stamp: int

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
