"""One stamper is at work, until its connection is gone."""

import asyncpg
from stamper.outbox import own


async def test_one_connection_at_a_time_is_the_stamper(database: str) -> None:
    first, second = [await asyncpg.connect(database) for _ in range(2)]
    assert await own(first)
    assert not await own(second)
    await first.close()
    assert await own(second)
    await second.close()
