"""What a reconciliation found, as it is written to `report.json`."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Party(StrEnum):
    """Who tells; each by itself."""

    COMPLETED = "completed"
    """The gateway's issuances."""
    METERED = "metered"
    """The records that the bill is made of."""
    BOOKED = "booked"
    """The gateway's ledger."""
    BILLED = "billed"
    """The papers that a close of the billing service took."""
    AUDITED = "audited"
    """The audit stream."""
    REPORTED = "reported"
    """Reports that terminals signed."""
    COUNTED = "counted"
    """Coins that were counted in machines, and at a municipality when they arrived."""
    PAID_IN = "paid_in"
    """What chains paid to the centre."""


class Difference(StrEnum):
    """How a party differs from what was completed."""

    LACKS = "lacks"
    HAS_MORE = "has-more"
    """A paper that was not completed."""
    HAS_TWICE = "has-twice"
    OTHER_YEN = "other-yen"
    ELSEWHERE = "elsewhere"
    """Under another day or municipality."""
    OTHER_ACCOUNTS = "other-accounts"
    """A row of the ledger moves its yen between other accounts."""
    OTHER_FACTS = "other-facts"
    """Another commission, chain, site, place, channel, kind or tariff."""
    COINS = "coins"
    """A count of cash is not what must lie in the machine."""
    ARRIVED = "arrived"
    """Other coins arrived at the municipality than left its own machine."""
    SUM = "sum"
    """A chain paid in another sum."""
    LATE = "late"
    """It is due, and nobody has counted, closed or paid."""
    NOT_EXPLAINED = "not-explained"
    """Delivered and voided long ago, and still owed."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Amount(_Part):
    """Papers and their yen."""

    papers: int = 0
    yen: int = 0

    def plus(self, yen: int, papers: int = 1) -> "Amount":
        """Return the amount with one paper more."""
        return Amount(papers=self.papers + papers, yen=self.yen + yen)


class Named(_Part):
    """One difference."""

    party: Party
    difference: Difference
    day: date
    """Japan's, on which the order was accepted; of a count, on which it was counted."""
    municipality: str | None = None
    """None: a machine's coins, which are of all municipalities that it serves."""
    issuance: str | None = None
    terminal: str | None = None
    chain: str | None = None
    yen: int
    """By how much the party says more (or, below zero, less) than what was completed."""
    what: str
    """In words."""


class Excused(_Part):
    """Papers that a party does not have and need not have, or not yet: no difference."""

    party: Party
    day: date
    municipality: str
    why: str
    amount: Amount


class Owed(_Part):
    """Delivered and later voided: a paper may be out that nobody paid for."""

    issuance: str
    day: date
    municipality: str
    chain: str
    terminal: str
    yen: int
    reason: str | None
    """As the terminal says."""
    money: str | None
    """What the terminal says became of the coins."""
    printed: bool | None
    """Whether its machine's own log shows a paper; None: there is no log."""
    own_machine: bool
    """At the municipality's own machine: a loss of its own, that nobody owes it."""


class Row(_Part):
    """One day of one municipality, as each party tells it."""

    day: date
    municipality: str
    completed: Amount
    metered: Amount
    booked: Amount
    """Papers whose fee the ledger has as the municipality's."""
    billed: Amount | None = None
    """None: an installation without billing."""
    audited: Amount
    reported: Amount
    counted: Amount
    paid_in: Amount | None = None
    """Papers whose chain's sum agrees, and all yen that were paid in. None: as above."""
    own_machines: Amount
    """Of what was completed, that of a municipality's own machines: it pays itself nothing in."""


class Machine(_Part):
    """The coins of one machine."""

    terminal: str
    expected_yen: int
    """That must lie in it now."""
    counted_yen: int | None
    """At its last signed count."""


class Collection(_Part):
    """Coins that left a municipality's own machine on one day."""

    terminal: str
    municipality: str | None
    """None: the machine sold nothing."""
    day: date
    """Japan's, of the signed reports that they were taken out."""
    reported_yen: int
    arrived_yen: int | None
    """As the municipality counted it; None: it has recorded nothing yet."""


class Reconciliation(_Part):
    """All that was found."""

    reconciled: bool
    rows: tuple[Row, ...]
    differences: tuple[Named, ...]
    excused: tuple[Excused, ...]
    owed: tuple[Owed, ...]
    """Not explained yet."""
    explained: tuple[str, ...]
    """Issuances that were owed, and that a named person explained."""
    machines: tuple[Machine, ...]
    collections: tuple[Collection, ...]
    """Of municipalities' own machines."""
    tests: int = 0
    """Test papers (見本) that came out; they are in no row."""
