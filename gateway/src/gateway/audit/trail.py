"""Writes events that belong to no issuance: refusals, alarms, configuration."""

from collections.abc import Mapping
from typing import Any

import structlog
from madoguchi_wire.clock import Clock
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.kit.telemetry import current_trace_id

from gateway.audit.outbox import OutboxRow, free_row, insert_events

_PATIENCE_S = 2
_log = structlog.get_logger()


class Trail:
    """The trail of one gateway; `source` is its name."""

    def __init__(self, pool: Pool, source: str, clock: Clock) -> None:
        self._pool = pool
        self._source = source
        self._clock = clock

    def row(
        self, kind: EventType, data: Mapping[str, Any], municipality: str | None = None
    ) -> OutboxRow:
        """Return an event of this moment, to be inserted in a transaction of the caller."""
        told = {"municipality": municipality} if municipality is not None else {}
        return free_row(
            source=self._source,
            type=kind,
            moment=self._clock.now(),
            municipality=municipality,
            data={**told, **data, "trace": current_trace_id()},
        )

    async def record(
        self, kind: EventType, data: Mapping[str, Any], municipality: str | None = None
    ) -> None:
        """Insert an event of this moment on its own."""
        row = self.row(kind, data, municipality)
        async with self._pool.acquire(timeout=_PATIENCE_S) as connection:
            await insert_events(connection, [row])

    async def alarm(self, what: str, data: Mapping[str, Any], municipality: str | None) -> None:
        """Raise an alarm that a person has to look at; `what` is its stable name."""
        row = self.alarm_row(what, data, municipality)
        async with self._pool.acquire(timeout=_PATIENCE_S) as connection:
            await insert_events(connection, [row])

    def alarm_row(self, what: str, data: Mapping[str, Any], municipality: str | None) -> OutboxRow:
        """Return an alarm, to be inserted in a transaction of the caller; the log says it now.

        Whoever watches the log is called at once, even if the transaction fails afterwards: then
        the line comes again with the repeat, which is better than none.
        """
        _log.error(
            "alarm",
            alarm=what,
            municipality=municipality,
            terminal=data.get("terminal"),
            issuance=data.get("issuance"),
            count=data.get("count", 1),
        )
        return self.row(EventType.ALARM_RAISED, {"alarm": what, **data}, municipality)
