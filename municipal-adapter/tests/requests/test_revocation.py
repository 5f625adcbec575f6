"""Cards that were revoked or are on hold get nothing, and nobody does when that is unknown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"


@pytest.fixture
async def town(towns: dict[str, Town]) -> AsyncIterator[Town]:
    yield towns[ICHIKAWA]
    towns[ICHIKAWA].authority.revocations.clear()
    towns[ICHIKAWA].write_crl()


async def test_revoked_and_held_cards_are_refused_and_released_ones_issue_again(
    asking: Asking, reception: Reception, town: Town
) -> None:
    visit, held = await reception.visitor(ICHIKAWA), await reception.visitor(ICHIKAWA)
    town.authority.revoke(visit.card.serial, datetime.now(UTC))
    town.authority.hold(held.card.serial, datetime.now(UTC))
    town.write_crl()
    async with asyncio.timeout(10):
        while (answered := await asking.prepare(visit, visit.order())).status == 200:
            await asyncio.sleep(0.05)
    assert answered.slug == "card-certificate-revoked"
    assert (await asking.prepare(held, held.order())).slug == "card-certificate-on-hold"
    request = held.household_request()
    assert (await asking.household(held, request)).slug == "card-certificate-on-hold"
    town.authority.release(held.card.serial)
    town.write_crl()
    async with asyncio.timeout(10):
        while (answered := await asking.prepare(held, held.order())).status != 200:
            await asyncio.sleep(0.05)
            assert answered.slug == "card-certificate-on-hold"
