"""What a paper costs: one price for each kind, channel and day."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.channel import Channel
from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import OfferRefused
from madoguchi_wire.order import Kind

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.terminals.terminal import Terminal


@dataclass(frozen=True)
class Price:
    """What one paper costs, and by which tariff or campaign."""

    version: str
    yen: int


def price_at(
    municipality: MunicipalityFile, kind: Kind, channel: Channel, moment: datetime
) -> Price:
    """Return the price on Japan's day of `moment`: a campaign's if one names it, or the tariff's.

    Raises:
        OfferRefused: there is no tariff for that day, or it has no such price.

    """
    day = japan_day(moment)
    begun = [tariff for tariff in municipality.tariffs if tariff.valid_from <= day]
    for period in (*municipality.campaigns, *begun[-1:]):
        yen = period.price_of(kind, channel)
        if yen is not None and period.covers(day):
            return Price(period.version, yen)
    raise OfferRefused("The municipality has no price for this certificate, place and day.")


def price_shown(
    municipality: MunicipalityFile, kind: Kind, terminal: Terminal, moment: datetime
) -> Price:
    """Return what a terminal shows: the price, or 0 yen for a test paper.

    A test paper is of the tariff that would count, or before the first of the kind that comes.

    Raises:
        OfferRefused: as `price_at`; at a test terminal: nor does a coming tariff have a price.

    """
    channel = terminal.channel
    if not terminal.test:
        return price_at(municipality, kind, channel, moment)
    try:
        return Price(price_at(municipality, kind, channel, moment).version, 0)
    except OfferRefused:
        for tariff in municipality.tariffs:
            if tariff.valid_from > japan_day(moment) and tariff.price_of(kind, channel) is not None:
                return Price(tariff.version, 0)
        raise
