"""No bucket has two owners, and none is left without one."""

import asyncpg
import pytest
from relay.buckets import EVENTS, STAMPS, Buckets
from relay.outbox import Connection

ALL = frozenset(range(EVENTS)) | {STAMPS}


async def settled(*sharing: Buckets) -> list[frozenset[int]]:
    # All join, all give back, all take.
    for _ in range(3):
        for buckets in sharing:
            await buckets.settle()
    return [buckets.held for buckets in sharing]


async def test_what_one_holds_no_other_takes_until_its_connection_ends(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay.buckets._SETTLE_SECONDS", 0)
    first: Connection = await asyncpg.connect(database_url)
    second: Connection = await asyncpg.connect(database_url)
    owner, waiting = Buckets(first, alone=True), Buckets(second, alone=False)
    assert await settled(owner, waiting) == [ALL, frozenset()]
    await first.close()
    assert await settled(waiting) == [ALL]
    await second.close()


async def test_relays_that_share_have_each_bucket_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay.buckets._SETTLE_SECONDS", 0)
    connections: list[Connection] = [await asyncpg.connect(database_url) for _ in range(3)]
    relays = [Buckets(connection, alone=False) for connection in connections]
    for members in (1, 2, 3):
        held = await settled(*relays[:members])
        assert frozenset().union(*held) == ALL
        assert sum(map(len, held)) == len(ALL)
        assert max(map(len, held)) - min(map(len, held)) <= 1
    for connection in connections:
        await connection.close()
