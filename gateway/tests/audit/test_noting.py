"""Where an archive's journal ends is noted in the stream, by a named person."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from gateway.audit.noting import note_archive
from gateway.settings import Settings
from madoguchi_wire.kit.pool import open_pool

ARCHIVE = "dbac66af-eacd-4a9a-949e-4e4cb4222fc5"
HEAD = f"{ARCHIVE}:17:{'ab' * 32}"
SAID = """
    SELECT canonical FROM outbox WHERE type = 'madoguchi.archive.noted.v1' AND municipality IS NULL
"""


async def test_a_head_becomes_an_event_and_nothing_else_does(gateway_settings: Settings) -> None:
    now, name = datetime.now(UTC), gateway_settings.name
    async with (
        await open_pool(gateway_settings.database_url, timedelta(0)) as pool,
        pool.acquire() as connection,
    ):
        await connection.execute("TRUNCATE outbox")
        for wrong in ("", HEAD[:-1], HEAD.replace(":17:", ":0:"), HEAD.replace(ARCHIVE, "-" * 36)):
            with pytest.raises(ValueError, match="ARCHIVE:POSITION:DIGEST"):
                await note_archive(connection, wrong, "sato", name, now)
        await note_archive(connection, HEAD, "sato", name, now)
        (row,) = await connection.fetch(SAID)
    assert json.loads(row["canonical"])["data"] == {
        "archive": ARCHIVE,
        "position": 17,
        "digest": "ab" * 32,
        "noted_by": "sato",
    }
