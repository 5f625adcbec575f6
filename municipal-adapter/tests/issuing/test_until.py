"""At the deadline that the gateway passed down the work ends, and a repeat finds the claim free."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"
SOON = 1.0
"""Seconds; the records' own limit is longer."""


@asynccontextmanager
async def records_that_hang(town: Town) -> AsyncGenerator[None]:
    """Let every read of a resident wait."""
    connection = await asyncpg.connect(town.database_url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE residents")
            yield
    finally:
        await connection.close()


async def test_records_that_hang_are_given_up_at_the_deadline_and_asked_again_later(
    asking: Asking, reception: Reception, towns: dict[str, Town]
) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    order = visit.order()
    async with records_that_hang(towns[ICHIKAWA]):
        began = time.monotonic()
        deadline = datetime.now(UTC) + timedelta(seconds=SOON)
        answered = await asking.prepare(visit, order, issuance, deadline=deadline)
        assert answered.slug == "issuance-expired"
        assert SOON <= time.monotonic() - began < SOON + 1
    assert (await asking.prepare(visit, order, issuance)).status == 200


async def test_a_household_that_nobody_waits_for_any_more_is_given_up(
    asking: Asking, reception: Reception, towns: dict[str, Town]
) -> None:
    visit = await reception.visitor(ICHIKAWA)
    async with records_that_hang(towns[ICHIKAWA]):
        began = time.monotonic()
        answered = await asking.household(visit, visit.household_request(), within_s=SOON)
        assert answered.slug == "signature-refused"
        assert time.monotonic() - began < SOON + 1
    late = await asking.household(visit, visit.household_request(), within_s=-0.1)
    assert late.slug == "signature-refused"
    assert (await asking.household(visit, visit.household_request())).status == 200
