"""The municipality file: what one municipality offers at stores."""

from dataclasses import dataclass
from typing import Annotated, Self

from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.order import Kind
from pydantic import Field, model_validator

from gateway.municipalities.rules.addresses import Address
from gateway.municipalities.rules.builds import Build
from gateway.municipalities.rules.closings import Closing, Maintenance
from gateway.municipalities.rules.keys import MunicipalityKey, check_keys
from gateway.municipalities.rules.opening import OfferRule
from gateway.municipalities.rules.part import Label, Part, Spelled, is_absent
from gateway.municipalities.rules.periods import (
    Campaign,
    Collector,
    Tariff,
    check_collectors,
    check_tariffs,
)
from gateway.municipalities.rules.words import ContactPart, OwnWords, RefusalReason

DayOfYear = Annotated[
    str,
    Spelled(
        r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|[12]\d)",
        'no day of the year: write "12-29", month and day',
    ),
]
"""`MM-DD`, every year."""
Prefecture = Annotated[
    str, Spelled(r"0[1-9]|[1-3]\d|4[0-7]", 'no prefecture: write "01" (北海道) to "47" (沖縄県)')
]
"""JIS X 0401: the first two digits of a municipality code."""
USUAL_MONTHS = 13
"""April's key outlives the books of its fiscal year, which close on 31 May of the next."""


def _is_usual(months: int) -> bool:
    return months == USUAL_MONTHS


class Name(Part):
    """The municipality's name."""

    ja: Label
    kana: Label
    en: Label


class PlaceRule(Part):
    """A row of the table of places; it matches a site by the municipality that it lies in."""

    label: Label
    municipalities: tuple[MunicipalityCode, ...] = ()
    prefectures: tuple[Prefecture, ...] = ()
    municipality_range: tuple[MunicipalityCode, MunicipalityCode] | None = None
    """First and last code, both included."""

    @property
    def matches_all(self) -> bool:
        """Whether it names nothing and so takes what is left."""
        return not (self.municipalities or self.prefectures or self.municipality_range)


class MunicipalityFile(Part):
    """One municipality as the centre configures it."""

    code: MunicipalityCode
    name: Name
    adapters: Annotated[tuple[Address, ...], Field(min_length=1)]
    """Base addresses of its adapters, which share one database; tried in this order."""
    keys: Annotated[tuple[MunicipalityKey, ...], Field(exclude_if=is_absent)] = ()
    """What the trust list says of it, when the centre makes the list."""
    builds: Annotated[tuple[Build, ...], Field(exclude_if=is_absent)] = ()
    """Of the builds that the trust list allows, those that count; without them all do."""
    contact: Annotated[ContactPart | None, Field(exclude_if=is_absent)] = None
    """Told with each problem that concerns it."""
    words: Annotated[
        dict[RefusalReason, OwnWords], Field(default_factory=dict, exclude_if=is_absent)
    ]
    """Its own text for a refusal, told beside ours."""
    offers: Annotated[dict[Kind, OfferRule], Field(min_length=1)]
    closed: tuple[DayOfYear, ...] = ()
    """Every year: 29 December to 3 January."""
    closings: Annotated[tuple[Closing, ...], Field(exclude_if=is_absent)] = ()
    maintenance: Annotated[tuple[Maintenance, ...], Field(exclude_if=is_absent)] = ()
    tariffs: Annotated[tuple[Tariff, ...], Field(min_length=1)]
    campaigns: Annotated[tuple[Campaign, ...], Field(exclude_if=is_absent)] = ()
    collectors: Annotated[tuple[Collector, ...], Field(exclude_if=is_absent)] = ()
    """The chains at whose stores its fees may be taken; its own machines need no designation."""
    places: Annotated[tuple[PlaceRule, ...], Field(min_length=1)]
    """The first row that matches counts; the last one takes what is left."""
    cardholder_key_months: Annotated[int, Field(ge=1, le=60, exclude_if=_is_usual)] = USUAL_MONTHS
    """How long after its month the key of cardholders' pseudonyms is kept, then destroyed.

    What is usual is not spelled, so that files from before have the digest that they had.
    """

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_tariffs(self.tariffs, self.campaigns)
        check_collectors(self.collectors)
        check_keys(self.keys)
        # A kind may come with a later tariff; from then on each has a price for it.
        priced: set[Kind] = set()
        for index, tariff in enumerate(self.tariffs):
            priced |= {*self.offers} if tariff is self.tariffs[-1] else set()
            missing = sorted(priced - {*tariff.prices} - {*tariff.city_machine_prices})
            if missing:
                raise ValueError(f"tariffs.{index}.prices: {missing[0]} is missing")
            priced |= {*tariff.prices, *tariff.city_machine_prices} & {*self.offers}
        rest = [row.matches_all for row in self.places]
        if any(rest[:-1]) or not rest[-1]:
            raise ValueError("places: the last row, and only it, takes what is left")
        return self


@dataclass(frozen=True)
class MunicipalityVersion:
    """A numbered version of a municipality's configuration."""

    municipality: str
    version: int
    body: MunicipalityFile
