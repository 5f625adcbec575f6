"""Time that is passed in: zone-aware, Japan's days, shiftable only in simulation."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Protocol

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time; Japan has no summer time."""
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")


class Clock(Protocol):
    """Where a part of the system gets the time from."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, moved by `offset` in simulation and by nothing in production."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the machine's time plus the simulation's offset, in UTC."""
        return datetime.now(UTC) + self.offset


@dataclass
class ManualClock:
    """A clock that stands still until a test moves it."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move the clock forward by `by`."""
        self.moment += by


def japan_day(moment: datetime) -> date:
    """Return the calendar day in Japan at `moment`."""
    return moment.astimezone(JAPAN).date()


def instant_text(moment: datetime) -> str:
    """Spell a moment as on the wire: UTC, milliseconds, `Z` (2026-11-23T07:20:06.123Z)."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{text.removesuffix('+00:00')}Z"


def _spelled(given: object) -> object:
    """Refuse what is no moment as described: pydantic takes a number for seconds since 1970."""
    if isinstance(given, datetime) or (isinstance(given, str) and _DATED.match(given)):
        return given
    raise ValueError("a moment is spelled 2026-04-01T00:00:00Z")


def _aware_milliseconds(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    try:
        there = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment beyond the years 1 to 9999") from error
    return there.replace(microsecond=moment.microsecond // 1000 * 1000)


Instant = Annotated[
    datetime,
    BeforeValidator(_spelled),
    AfterValidator(_aware_milliseconds),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
]
"""A moment on the wire: UTC with milliseconds."""
