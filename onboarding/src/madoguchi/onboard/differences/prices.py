"""What a paper would cost otherwise, from which day on: tariffs and campaigns taken together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.tariffs import price_at
from madoguchi_wire.channel import Channel
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import OfferRefused
from madoguchi_wire.order import Kind

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PriceChange:
    """Days on which a kind would cost something else; None: it has no price."""

    kind: Kind
    channel: Channel
    old: int | None
    new: int | None
    first: date
    last: date | None
    """None: until further notice."""

    def shares_a_day_with(self, days: tuple[date, date]) -> bool:
        """Tell whether it is on one of these days, the first and the last one included."""
        return self.first <= days[1] and days[0] <= (self.last or date.max)


def days_of(body: MunicipalityFile, version: str) -> tuple[date, date] | None:
    """Return the first and the last day of a tariff or campaign, or None: there is none."""
    for index, tariff in enumerate(body.tariffs):
        if tariff.version == version:
            later = [following.valid_from - _DAY for following in body.tariffs[index + 1 :][:1]]
            return tariff.valid_from, min([tariff.until or date.max, *later])
    found = (one for one in body.campaigns if one.version == version)
    return next(((one.valid_from, one.until) for one in found), None)


def price_changes(
    old: MunicipalityFile, new: MunicipalityFile, today: date
) -> Iterator[PriceChange]:
    """Return what would cost otherwise from today on; the past stays as it was metered."""
    days = [today, *(day for day in _boundaries((old, new)) if day > today)]
    for kind in Kind:
        for channel in Channel:
            yield from _of(kind, channel, old, new, days)


def _of(
    kind: Kind,
    channel: Channel,
    old: MunicipalityFile,
    new: MunicipalityFile,
    days: Sequence[date],
) -> Iterator[PriceChange]:
    open_change: PriceChange | None = None
    for day in days:
        before, after = _price(old, kind, channel, day), _price(new, kind, channel, day)
        if open_change and (open_change.old, open_change.new) == (before, after):
            continue
        if open_change:
            yield _until(open_change, day - _DAY)
        differs = before != after
        open_change = PriceChange(kind, channel, before, after, day, None) if differs else None
    if open_change:
        yield open_change


def _until(change: PriceChange, last: date) -> PriceChange:
    return PriceChange(change.kind, change.channel, change.old, change.new, change.first, last)


def _boundaries(bodies: Sequence[MunicipalityFile]) -> list[date]:
    periods = [period for body in bodies for period in (*body.tariffs, *body.campaigns)]
    ends = [period.until + _DAY for period in periods if period.until]
    return sorted({*(period.valid_from for period in periods), *ends})


def _price(body: MunicipalityFile, kind: Kind, channel: Channel, day: date) -> int | None:
    if kind not in body.offers:
        return None
    try:
        return price_at(
            body, kind, channel, datetime(day.year, day.month, day.day, tzinfo=JAPAN)
        ).yen
    except OfferRefused:
        return None
