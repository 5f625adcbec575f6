"""Hours by Japan's clock: open from `opens`, closed again from `closes` on."""

from datetime import date, datetime

from madoguchi_wire.clock import JAPAN
from madoguchi_wire.order import Kind

from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.terminals.terminal import SiteHours, Terminal

_ANY_HOUR = SiteHours("00:00", "24:00")


def is_closed_on(municipality: MunicipalityFile, kind: Kind, day: date) -> bool:
    """Tell whether a kind is not issued anywhere on this day of Japan's calendar."""
    extra = (one for one in municipality.closings if one.concerns(kind))
    return day.strftime("%m-%d") in municipality.closed or any(one.covers(day) for one in extra)


def hours_on(
    municipality: MunicipalityFile, kind: Kind, terminal: Terminal, day: date
) -> SiteHours | None:
    """Return when a kind that is offered is issued on `day` at a terminal, or None: never.

    Test papers come out at any hour of any day.
    """
    if terminal.test:
        return _ANY_HOUR
    if is_closed_on(municipality, kind, day):
        return None
    hours = municipality.offers[kind].hours_at(terminal.channel, day)
    if hours is None:
        return None
    place = terminal.hours or _ANY_HOUR
    both = SiteHours(max(hours.opens, place.opens), min(hours.closes, place.closes))
    return both if both.opens < both.closes else None


def is_within_hours(
    municipality: MunicipalityFile, kind: Kind, terminal: Terminal, moment: datetime
) -> bool:
    """Tell whether `moment` lies in the hours (06:30:00.000 to 22:59:59.999 in the seed)."""
    local = moment.astimezone(JAPAN)
    hours = hours_on(municipality, kind, terminal, local.date())
    return hours is not None and hours.opens <= local.strftime("%H:%M") < hours.closes


def is_under_maintenance(
    municipality: MunicipalityFile, kind: Kind, terminal: Terminal, moment: datetime
) -> bool:
    """Tell whether a kind is not issued because of a window of maintenance; tests are."""
    windows = (one for one in municipality.maintenance if one.concerns(kind))
    return not terminal.test and any(one.covers(moment) for one in windows)


def is_open(
    municipality: MunicipalityFile, kind: Kind, terminal: Terminal, moment: datetime
) -> bool:
    """Tell whether a kind is issued at `moment` at a terminal."""
    return is_within_hours(municipality, kind, terminal, moment) and not is_under_maintenance(
        municipality, kind, terminal, moment
    )
