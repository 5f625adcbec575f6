"""An invoice for a month's commission: a qualified one (適格請求書) where the law knows them.

Its supplier is the chain that hands the papers out, or the centre in its place; its recipient the
municipality. Certificate fees are on no invoice: they are exempt, and the municipality's own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from billing.contracts.contracts import Contracts
from billing.contracts.files import Supplier
from billing.rules.tax import Taxed

VERSION = 3
"""Of the body: 2 says by when and to which account it is paid; 3, whether it is set off."""
QUALIFIED_FROM = date(2023, 10, 1)
"""適格請求書等保存方式 began on this day."""


@dataclass(frozen=True)
class Commission:
    """What a chain earned with papers of a municipality at one rate and price."""

    municipality: str
    chain: str
    rate: int
    """Percent."""
    unit: int
    """Yen for one paper, tax included."""
    papers: int

    @property
    def yen(self) -> int:
        """All of it, tax included."""
        return self.unit * self.papers


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class InvoiceLine(_Part):
    """Papers handed out at one price, tax included."""

    chain: str
    chain_name: str
    rate: int
    unit: int
    papers: int
    yen: int


class RateTotal(_Part):
    """All lines of one rate; the tax is rounded once, here."""

    rate: int
    yen: int
    """Tax included."""
    tax: int


class Invoice(_Part):
    """One supplier's invoice to one municipality for one period."""

    number: str
    period: str
    issued_on: date
    first_day: date
    last_day: date
    supplier: str
    supplier_address: str | None = None
    registration: str | None
    """登録番号; none on an invoice that is no qualified one."""
    recipient: str
    recipient_code: str
    lines: tuple[InvoiceLine, ...]
    totals: tuple[RateTotal, ...]
    set_off: bool = False
    """Against the municipality's fees, at the close: its statement says what is left to pay."""
    due_on: date | None = None
    """By when it is to be paid; None: it is set off."""
    pay_to: str = ""
    """To which account: the centre's, whoever supplies."""
    version: int = 1
    """Of this body."""

    @property
    def yen(self) -> int:
        """What is to be paid, tax included."""
        return sum(total.yen for total in self.totals)

    @property
    def tax(self) -> int:
        """What of it is tax."""
        return sum(total.tax for total in self.totals)


@dataclass(frozen=True)
class Billed:
    """The period that is invoiced."""

    period: str
    first_day: date
    last_day: date
    issued_on: date
    set_off: frozenset[str] = frozenset()
    """The municipalities whose commissions were set off."""


def invoices(
    commissions: Iterable[Commission], contracts: Contracts, billed: Billed
) -> tuple[Invoice, ...]:
    """Return an invoice for each supplier and municipality, in order of their names.

    Raises:
        NoContract: a chain or municipality has none.

    """
    groups: dict[tuple[str, Supplier], list[Commission]] = defaultdict(list)
    for one in commissions:
        if one.papers and one.unit:
            groups[one.municipality, contracts.supplier(one.chain)].append(one)
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], item[0][1].name))
    return tuple(
        _invoice(supplier, code, lines, contracts, billed, number)
        for number, ((code, supplier), lines) in enumerate(ordered, start=1)
    )


def _invoice(
    supplier: Supplier,
    code: str,
    commissions: list[Commission],
    contracts: Contracts,
    billed: Billed,
    number: int,
) -> Invoice:
    lines = tuple(
        InvoiceLine(
            chain=one.chain,
            chain_name=contracts.chain(one.chain).name,
            rate=one.rate,
            unit=one.unit,
            papers=one.papers,
            yen=one.yen,
        )
        for one in sorted(commissions, key=lambda one: (one.chain, one.rate, one.unit))
    )
    recipient, set_off = contracts.municipality(code), code in billed.set_off
    return Invoice(
        number=f"{billed.period}-{number:04}",
        period=billed.period,
        issued_on=billed.issued_on,
        first_day=billed.first_day,
        last_day=billed.last_day,
        supplier=supplier.name,
        supplier_address=supplier.address,
        registration=supplier.number if billed.last_day >= QUALIFIED_FROM else None,
        recipient=recipient.name,
        recipient_code=code,
        lines=lines,
        totals=tuple(_total(rate, lines) for rate in sorted({line.rate for line in lines})),
        set_off=set_off,
        due_on=None if set_off else recipient.due_on(billed.issued_on),
        pay_to="" if set_off else contracts.centre.account.words,
        version=VERSION,
    )


def _total(rate: int, lines: tuple[InvoiceLine, ...]) -> RateTotal:
    taxed = Taxed(rate, sum(line.yen for line in lines if line.rate == rate))
    return RateTotal(rate=rate, yen=taxed.yen, tax=taxed.tax)
