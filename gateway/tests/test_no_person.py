"""The tripwire of every world test finds what is planted where no person may be."""

import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from gateway_testing.city import HOUSEHOLD
from gateway_testing.world import World
from local_stack.tripwire.watch import PersonalDataFound

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]
_PLANT = """
    INSERT INTO caller_failures (minute, slug, count) VALUES (madoguchi_now(), $1, 1)
"""


@pytest.mark.parametrize("what", ["a card's serial number", "a card certificate", "a household"])
async def test_what_is_planted_in_a_row_is_found(new_world: OpenWorld, what: str) -> None:
    with pytest.raises(PersonalDataFound, match=f"{what} in the gateway's rows"):
        await _plant_in_a_row(new_world, what)


async def test_what_is_planted_in_the_log_is_found(new_world: OpenWorld) -> None:
    with pytest.raises(PersonalDataFound, match=r"^a card's serial number in the logs\n"):
        await _plant_in_the_log(new_world)


async def _plant_in_a_row(new_world: OpenWorld, what: str) -> None:
    async with new_world() as world:
        await world.completed()
        await world.pool.execute(_PLANT, _thing(world, what))


async def _plant_in_the_log(new_world: OpenWorld) -> None:
    async with new_world() as world:
        await world.opened()
        sys.stdout.write(f"refused serial={_thing(world, 'serial')}\n")


def _thing(world: World, what: str) -> str:
    card = world.cards[-1]
    if what == "a household":
        return HOUSEHOLD.decode()
    return card.certificate.hex() if what == "a card certificate" else f"{card.serial:x}"
