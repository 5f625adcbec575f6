"""A past month's payloads leave the outbox when they are elsewhere, and somebody answers for it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from gateway.audit.emptying import SETTLED, Emptied, empty_month
from gateway.audit.outbox import free_row, insert_events
from gateway.settings import Settings
from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import open_pool

STATES = {
    "unpublished": "UPDATE outbox SET stamp = 1 WHERE position = $1",
    "unstamped": "UPDATE outbox SET published_at = madoguchi_now() WHERE position = $1",
    "of an unpublished stamp": """
        UPDATE outbox SET published_at = madoguchi_now(), stamp = 2 WHERE position = $1
    """,
    "set aside": """
        UPDATE outbox SET published_at = madoguchi_now(), stamp = 1, set_aside = 'oversized'
        WHERE position = $1
    """,
    "elsewhere": """
        UPDATE outbox SET published_at = madoguchi_now(), stamp = 1 WHERE position = $1
    """,
}
STAMPS = """
    INSERT INTO stamps (number, centre, token, digest, root, events, total, leaves, published_at)
    VALUES (1, 'centre', 'a.b.c', 'd', 'r', 1, 1, ARRAY['e'], madoguchi_now()),
           (2, 'centre', 'a.b.d', 'e', 'r', 1, 2, ARRAY['e'], NULL)
"""
ROWS = "SELECT position, canonical, digest FROM outbox ORDER BY position"


async def test_only_what_is_elsewhere_is_emptied_and_its_digest_stays(
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
        data = {"municipality": "122033", "asked_by": "sato"}
        told = [
            free_row(
                source=name,
                type=EventType.CARDHOLDER_ASKED,
                moment=now,
                municipality="122033",
                data=data,
            )
            for _ in STATES
        ]
        await insert_events(connection, told)
        await connection.execute(STAMPS)
        before = await connection.fetch(ROWS)
        for row, state in zip(before, STATES, strict=True):
            await connection.execute(STATES[state], row["position"])
        with pytest.raises(ValueError, match="31 days after its end"):
            await empty_month(connection, month, "sato", name, later - timedelta(days=1))
        with pytest.raises(ValueError, match="no such month"):
            await empty_month(connection, month.replace(year=2019), "sato", name, later)
        done = await empty_month(connection, month, "sato", name, later)
        again = await empty_month(connection, month, "sato", name, later)
        assert (done, again) == (Emptied(1, 4), Emptied(0, 4))
        *after, said = await connection.fetch(ROWS)
    assert [row["digest"] for row in after] == [row["digest"] for row in before]
    kept = [row["canonical"] for row in before[:-1]]
    assert [row["canonical"] for row in after] == [*kept, b""]
    assert json.loads(said["canonical"])["data"] == {
        "month": f"{month:%Y-%m}",
        "events": 1,
        "emptied_by": "sato",
    }
