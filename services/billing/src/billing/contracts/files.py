"""The contract files: one of the centre, one for each chain and each municipality."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from madoguchi_wire.bank_account import BankAccount
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from billing.rules.periods import Period, fiscal_year

Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,100}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Yen = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]
OriginatorCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
"""委託者コード: what the bank calls the payer, ten digits."""


def _checked(number: str) -> str:
    """Pass a registration number whose thirteen digits check (国税庁 法人番号の検査数字)."""
    digits = [int(one) for one in number[1:]]
    weighed = sum(d * (1 + at % 2) for at, d in enumerate(reversed(digits[1:])))
    if 9 - weighed % 9 != digits[0]:
        raise ValueError("its first digit does not check the other twelve")
    return number


RegistrationNumber = Annotated[
    str, StringConstraints(pattern=r"^T[0-9]{13}$"), AfterValidator(_checked)
]
"""登録番号 of an issuer of qualified invoices that is a corporation."""


class Part(BaseModel):
    """A part of a contract file: what it does not know, it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Payer(Part):
    """Somebody who pays and is paid by bank transfer."""

    name: Name
    account: BankAccount
    next_account: BankAccount | None = None
    """The one that a decision puts in its place (`billing account change`)."""
    originator: OriginatorCode
    pays_within: Annotated[int, Field(ge=1, le=180, strict=True)] | None = None
    """Days from the day on which a statement or invoice is made; None: by the end of the month
    after that day's."""

    def due_on(self, made_on: date) -> date:
        """Return the day by which it pays what a statement or invoice of a day asks for."""
        if self.pays_within is None:
            return Period.month_of(made_on).next_month.last_day
        return made_on + timedelta(days=self.pays_within)


class Supplier(Part):
    """Who supplies a service and writes the invoice for it."""

    name: Name
    number: RegistrationNumber | None = None
    """Without it no invoice is a qualified one."""
    address: Name | None = None


class ShareTier(Part):
    """What a municipality of up to so many people pays a year (負担金)."""

    up_to: Annotated[int, Field(ge=1, strict=True)] | None = None
    """People; the last tier has none and takes what is left."""
    yen: Yen


class ShareTable(Part):
    """Yearly shares from a fiscal year on."""

    from_fiscal_year: Annotated[int, Field(ge=1989, le=9998, strict=True)]
    tiers: Annotated[tuple[ShareTier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _tiers_rise(self) -> Self:
        bounds = [tier.up_to for tier in self.tiers]
        if bounds[-1] is not None or None in bounds[:-1]:
            raise ValueError("tiers: the last one, and only it, has no up_to")
        if any(a is not None and b is not None and a >= b for a, b in pairwise(bounds)):
            raise ValueError("tiers: each up_to must be above the one before it")
        return self

    def of(self, people: int) -> int:
        """Return the yearly share in yen of a municipality of so many people."""
        return next(t.yen for t in self.tiers if t.up_to is None or people <= t.up_to)


class CentreContract(Payer):
    """The centre: it consolidates the fees and passes the commission on."""

    address: Name | None = None
    supplier: Supplier
    """Of the commission of those chains that leave the invoice to the centre."""
    shares: Annotated[tuple[ShareTable, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _tables_follow(self) -> Self:
        if any(a.from_fiscal_year >= b.from_fiscal_year for a, b in pairwise(self.shares)):
            raise ValueError("shares: each must begin after the one before it")
        return self


class ChainContract(Payer):
    """A chain: it pays fees in and gets its commission."""

    chain: Identifier
    supplier: Supplier | Literal["centre"]
    """Who writes the invoice for its commission: itself, or the centre in its place."""


class Population(Part):
    """How many people a municipality has, from a day on."""

    valid_from: Annotated[date, Field(alias="from")]
    people: Annotated[int, Field(ge=1, strict=True)]


class MunicipalityContract(Payer):
    """A municipality: it gets its fees and owes commission and share."""

    code: MunicipalityCode
    valid_from: Annotated[date, Field(alias="from")]
    """The first day on which it takes part."""
    until: date | None = None
    """The last one; None: nobody has ended it."""
    settlement: Literal["gross", "net"] = "gross"
    """Gross, as 総計予算主義 (地方自治法210条) wants it; net only where the contract says so."""
    populations: Annotated[tuple[Population, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _days_rise(self) -> Self:
        if self.until is not None and self.until < self.valid_from:
            raise ValueError(f"until: {self.until} is before its from, {self.valid_from}")
        if any(a.valid_from >= b.valid_from for a, b in pairwise(self.populations)):
            raise ValueError("populations: each must begin after the one before it")
        first = date(fiscal_year(self.valid_from), 4, 1)
        begins = self.populations[0].valid_from
        if begins > first:
            raise ValueError(
                f"populations: the first begins on {begins}; the share of the year in which"
                f" the contract begins needs the people of {first}"
            )
        return self

    def is_in_force(self, first: date, last: date) -> bool:
        """Tell whether it takes part on any of these days."""
        return self.valid_from <= last and (self.until is None or self.until >= first)

    def people_on(self, day: date) -> int:
        """Return its people on a day that is not before the first of April of its first year."""
        return [one for one in self.populations if one.valid_from <= day][-1].people

    def months_of(self, year: int) -> int:
        """Return for how many months of a fiscal year it owes its share.

        The first year counts from the month of `from`; one that has begun counts to its end.
        """
        if not self.is_in_force(date(year, 4, 1), date(year + 1, 3, 31)):
            return 0
        return (3 - self.valid_from.month) % 12 + 1 if year == fiscal_year(self.valid_from) else 12
