"""A stamp is complete when all have given their word whose word it needs, and not before."""

from collections.abc import Callable

import pytest
from gateway.audit.outbox import OutboxRow, insert_events
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Pool
from municipal_adapter_testing.centre import GATEWAY
from stamper.evidence import StampEvidence
from stamper.outbox import stamp_batch


@pytest.mark.parametrize("last", ["countersignatures", "timestamp"])
async def test_a_stamp_is_complete_with_every_word_that_it_needs(
    pool: Pool, events: Callable[[int], list[OutboxRow]], last: str
) -> None:
    async with pool.acquire() as connection:
        await insert_events(connection, events(1))
        await stamp_batch(connection, GATEWAY, SigningKey.generate())
    evidence = StampEvidence(pool, 2, timed=True)
    words = {
        "countersignatures": lambda: evidence.countersigned(1, "131130", "its word"),
        "timestamp": lambda: evidence.timestamped(1, b"its word"),
    }
    for _ in range(2):  # One witness that says it twice is one.
        await evidence.countersigned(1, "122033", "its word")
    for name in sorted(words, key=lambda name: name == last):
        assert (await evidence.incomplete()).stamps == 1
        await words[name]()
    assert (await evidence.incomplete()).stamps == 0
