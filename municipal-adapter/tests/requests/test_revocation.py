"""Cards that were revoked or are on hold get nothing, and nobody does when that is unknown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"


@pytest.fixture
async def town(towns: dict[str, Town]) -> AsyncIterator[Town]:
    yield towns[ICHIKAWA]
    towns[ICHIKAWA].authority.revocations.clear()
    towns[ICHIKAWA].write_crl()


async def slug_other_than(before: str, asking: Asking, visit: Visit) -> str:
    """Ask until the adapter has read the revocation list anew."""
    for _ in range(200):
        slug = (await asking.prepare(visit, visit.order())).slug
        if slug != before:
            return slug
        await asyncio.sleep(0.05)
    raise AssertionError("The adapter did not read the list anew.")


async def test_revoked_and_held_cards_are_refused_and_released_ones_issue_again(
    asking: Asking, reception: Reception, town: Town
) -> None:
    visit, held = await reception.visitor(ICHIKAWA), await reception.visitor(ICHIKAWA)
    town.authority.revoke(visit.card.serial, datetime.now(UTC))
    town.authority.hold(held.card.serial, datetime.now(UTC))
    town.write_crl()
    assert await slug_other_than("", asking, visit) == "card-certificate-revoked"
    assert (await asking.prepare(held, held.order())).slug == "card-certificate-on-hold"
    request = held.household_request()
    assert (await asking.household(held, request)).slug == "card-certificate-on-hold"
    town.authority.release(held.card.serial)
    town.write_crl()
    assert not await slug_other_than("card-certificate-on-hold", asking, held)
