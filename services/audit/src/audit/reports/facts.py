"""What a municipality hears of its quarter."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from madoguchi_wire.clock import japan_day

from audit.reports.quarter import Quarter


@dataclass
class Issued:
    """Papers of one kind."""

    papers: int = 0
    yen: int = 0
    """Fees that were taken for them."""


@dataclass(frozen=True)
class Refusals:
    """Refusals of one reason; merged ones have none."""

    reason: str | None
    """Slug of the problem; None: all reasons that are too rare to be told apart."""
    count: int | None
    """None: fewer than ten."""


@dataclass
class Quarantine:
    """An issuance that was held, and how a person closed it."""

    issuance: str
    began: datetime
    kind: str
    terminal: str
    problem: str
    closed: str | None = None
    """completed or voided; None: it is still held."""
    closed_at: datetime | None = None
    closed_by: str | None = None


@dataclass
class Stop:
    """The municipality, or its path to one terminal, issued nothing."""

    stop: str
    raised: datetime
    terminal: str | None
    """None: the whole municipality."""
    cause: str
    what: str
    released: datetime | None = None
    released_by: str | None = None
    finding: str | None = None


class OutageEnd(StrEnum):
    """What tells when an outage ended."""

    DOCUMENT = "document"
    """The next document."""
    LAST_FAILURE = "last-failure"
    """Nothing: no document came since, and nothing is known after the last order that failed."""
    EDGE = "edge"
    """It went on beyond the quarter, or beyond the moment of the report."""


@dataclass(frozen=True)
class Outage:
    """The municipality's adapter answered nobody for a while; what of it lies in the quarter."""

    began: datetime
    ended: datetime
    end: OutageEnd
    failed: int
    """Orders of the quarter that ended without a document."""
    began_before: bool = False
    """Before the quarter, with which `began` begins then."""


@dataclass
class Facts:
    """A quarter of one municipality."""

    municipality: str
    quarter: Quarter
    made_at: datetime
    """What the archive knew then is what is told."""
    name: str | None = None
    """The municipality's, in Japanese, at the end of the quarter; None: no event told it."""
    issued: dict[str, Issued] = field(default_factory=dict[str, Issued])
    """Completed papers, by kind."""
    tests: int = 0
    """Test papers (見本) that came out; they are in no other count."""
    voided: int = 0
    expired: int = 0
    in_doubt: int = 0
    """Issuances that came to be in doubt, however they ended."""
    refusals: tuple[Refusals, ...] = ()
    turned_away: tuple[Refusals, ...] = ()
    """Requests that were refused before an issuance existed."""
    quarantines: list[Quarantine] = field(default_factory=list[Quarantine])
    stops: list[Stop] = field(default_factory=list[Stop])
    outages: list[Outage] = field(default_factory=list[Outage])
    weeks: dict[date, int] = field(default_factory=dict[date, int])
    """Completed papers, by the first day of each week."""
    unstamped: int = 0
    """Events of the quarter, or of what follows it, that no verified stamp covers: not counted."""
    overdue: int = 0
    """Events that no verified stamp covers, of any time that is looked at, though for hours one
    should: the report may lack something."""
    removed: int = 0
    """Events of the quarter whose payload was removed by the rules of retention."""

    @property
    def is_over(self) -> bool:
        """Whether the quarter had ended when the report was made."""
        return japan_day(self.made_at) > self.quarter.last_day

    @property
    def papers(self) -> int:
        """All completed papers."""
        return sum(issued.papers for issued in self.issued.values())

    @property
    def yen(self) -> int:
        """All fees taken."""
        return sum(issued.yen for issued in self.issued.values())
