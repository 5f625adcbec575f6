"""A statement: what one municipality or chain is owed and owes for a period, gross.

Numbered parts (`line`) can be traced to the issuances behind them. Yen are whole; fees are exempt
from consumption tax (非課税), a commission contains it.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

VERSION = 5
"""Of the body: 2 has paid and returned claims as lines, numbered as they stand on paper; 3 has the
losses at a municipality's own machines apart; 4 asks only for what had not been paid when its
period was closed; 5 has the municipality of each place in a chain's, and by
when and to which account is paid."""
Count = Annotated[int, Field(ge=0, strict=True)]
LineNumber = Annotated[int, Field(ge=1, strict=True)]


class Role(StrEnum):
    """On which side of the settlement somebody stands."""

    MUNICIPALITY = "municipality"
    CHAIN = "chain"


class Bearer(StrEnum):
    """Whose money a refund is."""

    CHAIN = "chain"
    """Before the paper's period is closed: the coins are still the chain's to hand back."""
    MUNICIPALITY = "municipality"
    """Afterwards: 過誤納還付."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Party(_Part):
    """Whose statement it is."""

    role: Role
    code: str
    """Municipality code, or the chain's name in our files."""
    name: str


class Line(_Part):
    """Papers with somebody on the other side."""

    line: LineNumber
    counterpart: str
    """The chain in a municipality's statement, the municipality's code in a chain's."""
    papers: Count
    yen: Count


class FeeLine(Line):
    """Papers of one kind at one price."""

    kind: str
    channel: str
    unit_price: Count


class CommissionLine(Line):
    """What a chain gets for papers at one rate of consumption tax."""

    rate: Count
    """Percent."""
    tax: Count
    """What of `yen` is tax: rounded once for each rate of an invoice."""


class RefundLine(Line):
    """Fees that were given back in this period."""

    borne_by: Bearer


class ClaimLine(Line):
    """Delivered and later voided, and neither explained nor paid so far: the chain owes it."""


class OwnLossLine(Line):
    """The same at the municipality's own machines: a loss of its own, that nobody owes it."""


class ClaimPaidLine(Line):
    """Claims that a chain paid in this period: the municipality is owed them."""


class ClaimReturnedLine(Line):
    """Claims that had been paid and were explained, or whose payment was none: they go back."""


class LateLine(Line):
    """Papers of a month that was closed before they came into the books; in the fees too."""

    month: str
    """Of acceptance, 2010-04."""


class DayLine(_Part):
    """What was accepted on one of Japan's days."""

    line: LineNumber
    day: date
    papers: Count
    yen: Count


class PlaceLine(_Part):
    """Papers of one kind by where they were printed."""

    line: LineNumber
    counterpart: str | None = None
    """In a chain's statement the municipality: each has its own places (市内, 区内)."""
    place: str
    kind: str
    papers: Count
    yen: Count


class Totals(_Part):
    """All of it in yen."""

    papers: Count
    fees: Count
    collected: Count
    """What of the fees lies in the municipality's own machines: nobody pays it to anybody."""
    refunds: Count
    """What of the fees the chains gave back; what the municipality gave back is its own."""
    commissions: Count
    """Tax included."""
    commission_tax: Count
    share: Count
    """The municipality's share of the centre's yearly cost (負担金)."""
    set_off: Count = 0
    """Commissions that are kept from the fees, where the contract says net."""
    claims_paid: Count = 0
    """What chains paid of claims; the municipality gets it."""
    claims_returned: Count = 0
    """What had been paid of claims that were explained since: the chain gets it back."""
    received: Count = 0
    """What of the period's sums the party had been paid when the period was closed."""
    paid: Count = 0
    """What of them it had paid by then."""
    to_receive: Count
    to_pay: Count


class Statement(_Part):
    """A party's statement of a period."""

    number: str
    period: str
    party: Party
    issued_on: date
    settlement: str
    """`gross`, or `net` where commissions were set off against fees at the close."""
    lines: tuple[FeeLine, ...]
    by_day: tuple[DayLine, ...]
    by_place: tuple[PlaceLine, ...]
    commissions: tuple[CommissionLine, ...]
    refunds: tuple[RefundLine, ...]
    claims: tuple[ClaimLine, ...]
    own_losses: tuple[OwnLossLine, ...] = ()
    claims_paid: tuple[ClaimPaidLine, ...] = ()
    claims_returned: tuple[ClaimReturnedLine, ...] = ()
    late: tuple[LateLine, ...]
    totals: Totals
    issuer: str = ""
    """The centre, as it was called then."""
    issuer_address: str | None = None
    due_on: date | None = None
    """By when `to_pay` is to be paid; None: nothing is."""
    pay_to: str = ""
    """And to which account."""
    names: dict[str, str] = Field(default_factory=dict)
    """Of the counterparts, as they were called then."""
    version: int = 1
    """Of this body; of one that does not say it, 1."""

    @property
    def says_nothing(self) -> bool:
        """Whether it has neither a line nor a yen."""
        parts = (getattr(self, name) for name in type(self).model_fields)
        has_lines = any(isinstance(part, tuple) and part != () for part in parts)
        return not has_lines and not any(self.totals.model_dump().values())

    def name_of(self, counterpart: str) -> str:
        """Return what a counterpart was called; one without a contract by its code."""
        return self.names.get(counterpart, counterpart)


def statement_number(period: str, role: Role, code: str) -> str:
    """Return the number of a party's statement: there is one for each period."""
    return f"{period}-{'M' if role is Role.MUNICIPALITY else 'C'}-{code}"
