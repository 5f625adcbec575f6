"""Putting stops in force: in the transaction of what gave rise to them, on all replicas."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import OutboxRow, free_row, insert_events
from gateway.database.changes import CHANNEL
from gateway.stops.rules import Cause, EarlierDoubt, Stop

_PUT = """
    INSERT INTO stops (stop_id, incident, municipality, terminal, site, cause, what, issuance_id,
                       accepted_on, origin)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (municipality, (coalesce(terminal, '')), cause, (coalesce(origin, '')))
    WHERE released_at IS NULL
    DO UPDATE SET last_struck_at = madoguchi_now(), strikes = stops.strikes + CASE WHEN EXISTS (
        SELECT FROM doubts
        WHERE doubts.stop_id = stops.stop_id AND doubts.issuance_id = excluded.issuance_id)
        THEN 0 ELSE 1 END
    RETURNING stop_id
"""
_log = structlog.get_logger()
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('stops of ' || $1, 0))"
_EARLIER = """
    SELECT DISTINCT doubts.site, doubts.card FROM stops JOIN doubts USING (stop_id)
    WHERE municipality = $1 AND released_at IS NULL
      AND cause = 'not_mine'
"""
_DOUBT = """
    INSERT INTO doubts (stop_id, issuance_id, site, card) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
"""


async def earlier_doubts(connection: Connection, municipality: str) -> list[EarlierDoubt]:
    """Return what cardholders said of a municipality and is open; others wait until we end.

    Without the wait, two first reports at the same moment would not see each other.
    """
    await connection.execute(_LOCK, municipality)
    rows = await connection.fetch(_EARLIER, municipality)
    return [EarlierDoubt(row["site"], row["card"]) for row in rows]


async def put_in_force(
    connection: Connection, stops: Sequence[Stop], source: str, now: datetime
) -> None:
    """Put stops in force inside the caller's transaction; one that is in force counts a strike.

    An issuance strikes a stop once, however often it is doubted: nobody keeps a city closed by
    saying the same again.

    Args:
        connection: in a transaction.
        stops: of one incident; released one by one, or together by its id.
        source: the gateway's name.
        now: the moment that events say.

    """
    incident, told = uuid4(), list[OutboxRow]()
    for stop in sorted(stops, key=lambda one: (one.municipality, one.terminal or "", one.cause)):
        stop_id = uuid4()
        if await _put(connection, stop, stop_id, incident) == stop_id:
            _call(stop, stop_id)
            told.append(_event(stop, stop_id, incident, source, now))
    if told:
        await insert_events(connection, told)
        await connection.execute(f"NOTIFY {CHANNEL}")


def _call(stop: Stop, stop_id: UUID) -> None:
    if stop.cause is Cause.PERSON:
        return
    # Whoever watches the log is called at once; if the transaction fails, it is said again.
    _log.error(
        "stopped",
        stop=str(stop_id),
        cause=stop.cause.value,
        municipality=stop.municipality,
        terminal=stop.terminal,
    )


async def _put(connection: Connection, stop: Stop, stop_id: UUID, incident: UUID) -> UUID:
    suspect = stop.suspect
    put: UUID = await connection.fetchval(
        _PUT,
        stop_id,
        incident,
        stop.municipality,
        stop.terminal,
        suspect.site if suspect else None,
        stop.cause.value,
        stop.what,
        suspect.issuance if suspect else None,
        suspect.accepted_on if suspect else None,
        stop.origin,
    )
    if stop.origin is None and suspect is not None:
        await connection.execute(_DOUBT, put, suspect.issuance, suspect.site, suspect.card)
    return put


def _event(stop: Stop, stop_id: UUID, incident: UUID, source: str, now: datetime) -> OutboxRow:
    told = {
        "stop": str(stop_id),
        "incident": str(incident),
        "municipality": stop.municipality,
        "terminal": stop.terminal,
        "cause": stop.cause.value,
        "what": stop.what,
        "issuance": str(stop.suspect.issuance) if stop.suspect else None,
    }
    return free_row(
        source=source,
        type=EventType.STOP_RAISED,
        moment=now,
        municipality=stop.municipality,
        data={name: value for name, value in told.items() if value is not None},
    )
