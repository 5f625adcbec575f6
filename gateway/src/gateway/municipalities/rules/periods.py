"""What a municipality has decided with dates: tariffs, campaigns, and who collects its fees."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Annotated, Self

from madoguchi_wire.channel import Channel
from madoguchi_wire.order import Kind, Yen
from pydantic import Field, model_validator

from gateway.municipalities.rules.part import Identifier, Label, Part, is_absent

Prices = dict[Kind, Yen]
"""Yen for one paper."""
_DAY = timedelta(days=1)


class Period(Part):
    """Days of Japan's calendar, the first and the last one included."""

    valid_from: Annotated[date, Field(alias="from")]
    until: Annotated[date | None, Field(exclude_if=is_absent)] = None

    def covers(self, day: date) -> bool:
        """Tell whether a day is among them."""
        return self.valid_from <= day and (self.until is None or day <= self.until)

    def days_shared_with(self, other: "Period") -> str | None:
        """Return the days that both have, in words, or None."""
        first = max(self.valid_from, other.valid_from)
        last = min(self.until or date.max, other.until or date.max)
        if first > last:
            return None
        return f"from {first} on" if last == date.max else f"from {first} to {last}"

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.until is not None and self.until < self.valid_from:
            raise ValueError(f"until: {self.until} lies before {self.valid_from}")
        return self


class _Priced(Period):
    version: Label
    prices: Prices
    """At stores, and at the city's own machines where those have no price of their own."""
    city_machine_prices: Annotated[Prices, Field(default_factory=dict, exclude_if=is_absent)]

    def price_of(self, kind: Kind, channel: Channel) -> int | None:
        """Return the yen for one paper, or None if it names no price."""
        own = self.city_machine_prices if channel is Channel.CITY_MACHINE else {}
        return own.get(kind, self.prices.get(kind))

    @model_validator(mode="after")
    def _names_a_price(self) -> Self:
        if not (self.prices or self.city_machine_prices):
            raise ValueError("prices: at least one is needed")
        return self


class Tariff(_Priced):
    """Prices from a day on, until the next tariff begins, or until the last day that it names."""


class Campaign(_Priced):
    """Other prices for some days, in place of the tariff's, for the kinds that it names."""

    until: date  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] (a campaign has an end)


class Collector(Period):
    """A chain that the mayor has designated to collect fees (指定, 地方自治法243条の2)."""

    chain: Identifier


def check_tariffs(tariffs: Sequence[Tariff], campaigns: Sequence[Campaign]) -> None:
    """Pass if every day has one tariff, and every kind and channel one price on each day of it.

    Raises:
        ValueError: a tariff is missing or two overlap, or campaigns do; names place and days.

    """
    versions = [period.version for period in (*tariffs, *campaigns)]
    for version in versions:
        if versions.count(version) > 1:
            raise ValueError(f"tariffs and campaigns: version {version} is given twice")
    for index, (one, following) in enumerate(pairwise(tariffs), 1):
        _check_follows(index, one, following)
    first, last = tariffs[0].valid_from, tariffs[-1].until or date.max
    for index, campaign in enumerate(campaigns):
        if campaign.valid_from < first or campaign.until > last:
            raise ValueError(f"campaigns.{index}: on some of its days there is no tariff")
    for (a, one), (b, other) in combinations(enumerate(campaigns), 2):
        shared = one.days_shared_with(other)
        for kind in Kind:
            for channel in Channel:
                both = None not in (one.price_of(kind, channel), other.price_of(kind, channel))
                if shared and both:
                    raise ValueError(
                        f"campaigns.{b}: overlaps campaigns.{a} {shared} ({kind}, {channel})"
                    )


def _check_follows(index: int, one: Tariff, following: Tariff) -> None:
    if following.valid_from <= one.valid_from:
        raise ValueError(
            f"tariffs.{index}.from: {following.valid_from} does not lie after {one.valid_from}"
        )
    if one.until is None:
        return
    if one.until >= following.valid_from:
        shared = one.days_shared_with(following)
        raise ValueError(f"tariffs.{index}: overlaps tariffs.{index - 1} {shared}: end one earlier")
    missing = (one.until + _DAY, following.valid_from - _DAY)
    if missing[0] <= missing[1]:
        raise ValueError(f"tariffs.{index}: from {missing[0]} to {missing[1]} a tariff is missing")


def check_collectors(collectors: Sequence[Collector]) -> None:
    """Pass if no chain is designated twice for a day.

    Raises:
        ValueError: one is; names place and days.

    """
    for (a, one), (b, other) in combinations(enumerate(collectors), 2):
        shared = one.days_shared_with(other)
        if one.chain == other.chain and shared:
            raise ValueError(f"collectors.{b}: overlaps collectors.{a} {shared} ({one.chain})")
