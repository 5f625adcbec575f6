"""An event is fixed when it is inserted: its bytes, its salt, their digest, its place in order."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from gateway.audit.outbox import OutboxRow, free_row, insert_events, issuance_row
from gateway.settings import Settings
from madoguchi_wire.event_data.examples import example_data
from madoguchi_wire.events import AuditEvent, EventType, event_digest
from madoguchi_wire.kit.pool import open_pool


def _events(settings: Settings) -> list[OutboxRow]:
    moment = settings.common.clock().now()
    issuance = uuid4()
    kinds = (EventType.ISSUANCE_ACCEPTED, EventType.ISSUANCE_PREPARED)
    return [
        issuance_row(
            source=settings.name,
            type=kind,
            issuance=issuance,
            sequence=sequence,
            moment=moment,
            municipality="122033",
            accepted_on=moment.date(),
            data=example_data(kind) | {"place": "窓口"},
        )
        for sequence, kind in enumerate(kinds, start=1)
    ] + [
        free_row(
            source=settings.name,
            type=EventType.ALARM_RAISED,
            moment=moment,
            municipality=None,
            data={"alarm": "x"},
        )
    ]


async def test_what_is_read_back_is_what_was_made(gateway_settings: Settings) -> None:
    rows = _events(gateway_settings)
    async with await open_pool(gateway_settings.database_url, timedelta(0)) as pool:
        async with pool.acquire() as connection:
            await insert_events(connection, rows)
            await insert_events(connection, [])
        for row in rows:
            kept = await pool.fetchrow("SELECT * FROM outbox WHERE event_id = $1", row.event_id)
            assert kept is not None
            assert kept["digest"] == event_digest(kept["canonical"])
            event = AuditEvent.model_validate_json(kept["canonical"])
            assert event.canonical() == kept["canonical"]
            assert (event.subject, event.sequence, event.type) == (
                kept["subject"],
                kept["sequence"],
                kept["type"],
            )
            assert kept["published_at"] is None


async def test_a_sequence_number_is_taken_once(gateway_settings: Settings) -> None:
    rows = _events(gateway_settings)[:1]
    async with (
        await open_pool(gateway_settings.database_url, timedelta(0)) as pool,
        pool.acquire() as connection,
    ):
        await insert_events(connection, rows)
        with pytest.raises(asyncpg.UniqueViolationError):
            await insert_events(connection, rows)
