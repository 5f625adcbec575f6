"""The facts of a quarter, from the archive."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from madoguchi_wire.encoding import strict_json
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Executor

from audit.history.select import Selection, all_selected
from audit.reports.counting import QuarterCounter
from audit.reports.facts import Facts
from audit.reports.quarter import Quarter

FOLLOWED = timedelta(days=92)
"""How long before and after its quarter an outage, and after it all else, is followed."""
_OPENED = (EventType.ISSUANCE_QUARANTINED, EventType.STOP_RAISED, EventType.STOP_RELEASED)
_ENDED = (EventType.ISSUANCE_COMPLETED, EventType.ISSUANCE_VOIDED)
_TRIED = (EventType.ISSUANCE_PREPARED, EventType.ISSUANCE_REFUSED, EventType.ISSUANCE_EXPIRED)
_NAMED = """
    SELECT canonical FROM events
    WHERE municipality = $1 AND day <= $2 AND type = $3 AND canonical IS NOT NULL
      AND EXISTS (SELECT FROM covered WHERE covered.digest = events.digest)
    ORDER BY day DESC, time DESC
"""


async def quarter_facts(
    connection: Executor, municipality: str, quarter: Quarter, now: datetime
) -> Facts:
    """Return a municipality's quarter as the archive knows it at `now`.

    What no verified stamp covers is not counted, whoever wrote it; how much that is, is told.
    """
    counter = QuarterCounter(municipality, quarter, now)
    before = Selection(municipality=municipality, last_day=quarter.first_day - timedelta(days=1))
    await _hear(connection, counter, before, _OPENED)
    for issuance in counter.held:
        await _hear(connection, counter, replace(before, subject=issuance), _ENDED)
    shortly = replace(before, first_day=quarter.first_day - FOLLOWED)
    await _hear(connection, counter, shortly, _TRIED)
    period = Selection(
        municipality=municipality,
        first_day=quarter.first_day,
        last_day=quarter.last_day + FOLLOWED,
    )
    await _hear(connection, counter, period)
    facts = counter.facts()
    facts.name = await _name(connection, municipality, quarter)
    return facts


async def _hear(
    connection: Executor,
    counter: QuarterCounter,
    selection: Selection,
    types: Sequence[str] | None = None,
) -> None:
    async for row in all_selected(connection, selection, types):
        kind, time, subject = row["type"], row["time"], row["subject"]
        if not row["is_stamped"]:
            counter.unstamped(time)
        elif row["canonical"] is None:
            counter.removed(kind, time, subject)
        else:
            counter.add(kind, time, subject, strict_json(row["canonical"])["data"])


async def _name(connection: Executor, municipality: str, quarter: Quarter) -> str | None:
    kind = EventType.CONFIGURATION_LOADED
    for row in await connection.fetch(_NAMED, municipality, quarter.last_day, kind):
        name = strict_json(row["canonical"])["data"].get("name")
        if isinstance(name, str) and name.isprintable():
            return name
    return None
