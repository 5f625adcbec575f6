"""Hours by Japan's clock: open from `opens`, closed again from `closes` on."""

from datetime import date, datetime

from madoguchi_wire.clock import JAPAN

from gateway.municipalities.rules.configuration import MunicipalityFile, OfferRule


def is_closed_on(municipality: MunicipalityFile, day: date) -> bool:
    """Tell whether the municipality issues nothing on this day of Japan's calendar."""
    return day.strftime("%m-%d") in municipality.closed


def is_open(municipality: MunicipalityFile, rule: OfferRule, moment: datetime) -> bool:
    """Tell whether a kind is issued at `moment` (06:30:00.000 to 22:59:59.999 in the seed)."""
    local = moment.astimezone(JAPAN)
    if is_closed_on(municipality, local.date()):
        return False
    return rule.opens <= local.strftime("%H:%M") < rule.closes
