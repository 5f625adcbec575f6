"""Hours by Japan's clock: open from `opens`, closed again from `closes` on."""

from datetime import date, datetime

from madoguchi_wire.clock import JAPAN

from gateway.municipalities.rules.configuration import MunicipalityFile, OfferRule
from gateway.terminals.terminal import SiteHours


def is_closed_on(municipality: MunicipalityFile, day: date) -> bool:
    """Tell whether the municipality issues nothing on this day of Japan's calendar."""
    return day.strftime("%m-%d") in municipality.closed


def hours_on(
    municipality: MunicipalityFile, rule: OfferRule, site: SiteHours | None, day: date
) -> SiteHours | None:
    """Return when a kind is issued on `day` at a place with hours of its own, or None: never."""
    if is_closed_on(municipality, day):
        return None
    place = site or SiteHours("00:00", "24:00")
    both = SiteHours(max(rule.opens, place.opens), min(rule.closes, place.closes))
    return both if both.opens < both.closes else None


def is_open(
    municipality: MunicipalityFile, rule: OfferRule, site: SiteHours | None, moment: datetime
) -> bool:
    """Tell whether a kind is issued at `moment` (06:30:00.000 to 22:59:59.999 in the seed)."""
    local = moment.astimezone(JAPAN)
    hours = hours_on(municipality, rule, site, local.date())
    return hours is not None and hours.opens <= local.strftime("%H:%M") < hours.closes
