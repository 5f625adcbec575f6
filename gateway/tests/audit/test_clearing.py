"""A past month leaves the outbox only when all of it is elsewhere, and somebody answers for it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from gateway.audit.clearing import SETTLED, clear
from gateway.audit.outbox import free_row, insert_events
from gateway.settings import Settings
from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection, open_pool

ASKED = EventType.CARDHOLDER_ASKED
DATA = {"municipality": "122033", "asked_by": "sato"}
STAMP = """
    INSERT INTO stamps (number, centre, token, digest, root, events, total, leaves)
    VALUES (1, 'centre', 'a.b.c', 'd', 'r', 3, 3, ARRAY['e'])
"""
LEFT = "SELECT type, canonical FROM outbox ORDER BY position"


async def _tell(connection: Connection, source: str, moment: datetime) -> None:
    row = free_row(source=source, type=ASKED, moment=moment, municipality="122033", data=DATA)
    await insert_events(connection, [row])


async def test_a_month_is_cleared_once_it_is_over_published_and_stamped(
    gateway_settings: Settings,
) -> None:
    now, name = datetime.now(UTC), gateway_settings.name
    month = japan_day(now).replace(day=1)
    over = datetime(month.year, month.month, 1, 12, tzinfo=UTC) + timedelta(days=31)
    later = over.replace(day=1) + SETTLED
    async with (
        await open_pool(gateway_settings.database_url, timedelta(0)) as pool,
        pool.acquire() as connection,
    ):
        await connection.execute("TRUNCATE outbox")
        for _ in range(3):
            await _tell(connection, name, now)
        for when, why in (
            (later - timedelta(days=1), "31 days after its end"),
            (later, "3 unpublished, 3 unstamped"),
        ):
            with pytest.raises(ValueError, match=why):
                await clear(connection, month, "sato", name, when)
        for change, why in (
            ("UPDATE outbox SET published_at = madoguchi_now()", "elsewhere: 3 unstamped"),
            (f"{STAMP}; UPDATE outbox SET stamp = 1", "elsewhere: 1 stamps_unpublished"),
            ("UPDATE stamps SET published_at = madoguchi_now()", None),
            ("UPDATE outbox SET set_aside = 'oversized'", "elsewhere: 3 set_aside"),
        ):
            await connection.execute(change)
            if why is not None:
                with pytest.raises(ValueError, match=why):
                    await clear(connection, month, "sato", name, later)
        assert len(await connection.fetch(LEFT)) == 3
        await connection.execute("UPDATE outbox SET set_aside = NULL")
        assert await clear(connection, month, "sato", name, later) == 3
        (told,) = await connection.fetch(LEFT)
        assert json.loads(told["canonical"])["data"] == {
            "month": f"{month:%Y-%m}",
            "events": 3,
            "cleared_by": "sato",
        }
        # Of an issuance of then something may still be told.
        await _tell(connection, name, now)
        with pytest.raises(ValueError, match="1 unpublished"):
            await clear(connection, month, "sato", name, later)
        with pytest.raises(ValueError, match="no such month"):
            await clear(connection, month.replace(year=2019), "sato", name, later)
