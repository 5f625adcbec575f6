"""An adapter's clock, as its answers show it."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.clock import Clock
from pydantic import ValidationError

from madoguchi.conformance.asking import Answered, Asking
from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.trying import Question

CLOCK = Question(
    "direct",
    "its clock is right",
    "let those who run the adapter's machine set its clock by NTP (chronyc tracking tells how"
    " far it is off)",
)
OFF = timedelta(seconds=2)
_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
_RIGHT = f"within {OFF.seconds} s of this machine's"


async def beacon_of(asking: Asking) -> tuple[Beacon, Answered]:
    """Return the beacon of this minute, and the answer that it came with; raises Failed."""
    answered = await asking.get(f"/v1/municipalities/{asking.municipality}/beacon")
    try:
        return Beacon.model_validate(answered.good()), answered
    except ValidationError:
        raise Failed("beacon and good_until", "other fields") from None


async def check_clock(asking: Asking, clock: Clock, *, shifted: bool) -> str:
    """Pass if the end of the beacon's minute, and the Date that answers bear, are of this time.

    Around the turn of a minute its end says little, so it is asked for again a little later.

    Args:
        asking: the way to the adapter.
        clock: this machine's.
        shifted: whether a simulation shifts it, which no Date shows.

    Raises:
        Failed: it is off; the text says by about how much.

    """
    for _ in range(2):
        before = clock.now()
        beacon, answered = await beacon_of(asking)
        after = clock.now()
        if not shifted:
            check_date(answered.date, before, after)
        left = beacon.good_until - after
        if not -OFF <= left <= _MINUTE + OFF:
            off = left if left < timedelta(0) else left - _MINUTE
            raise Failed(_RIGHT, f"a minute that ends {_spelt(off)} off")
        if OFF < left < _MINUTE - OFF:
            break
        await asyncio.sleep(2 * OFF.total_seconds())
    return _RIGHT


def check_date(text: str, before: datetime, after: datetime) -> None:
    """Pass if a Date header, if there is one, is of this time; raises Failed."""
    try:
        said = parsedate_to_datetime(text)
    except ValueError:
        return
    if said.tzinfo is None:
        # What ends in -0000, or in no zone, is UTC as well (RFC 5322, 3.3).
        said = said.replace(tzinfo=UTC)
    # A Date has no fractions of its second.
    if not before - OFF - _SECOND <= said <= after + OFF:
        raise Failed(_RIGHT, f"answers dated {_spelt(said - after)} off")


def _spelt(off: timedelta) -> str:
    return f"{off.total_seconds():+.0f} s"
