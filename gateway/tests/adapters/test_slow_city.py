"""A city that hangs or fails is refused at once, asked by few, and taken back when it is well."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web
from gateway.adapters import lane
from gateway.adapters.lane import Lane, RetryBudget
from gateway_testing.books import read_books
from gateway_testing.world import World, eventually
from local_stack.ports import free_port
from madoguchi_wire.errors import AdapterBusy, AdapterFailed, AdapterPaused, PersonRefused


async def _down(_: web.Request) -> web.Response:
    return web.Response(status=500)


async def test_a_city_that_fails_is_left_in_peace_and_then_tried_by_few(
    world: World,
) -> None:
    world.city.misdeed = _down
    customers = [await world.opened() for _ in range(14)]
    slugs = [(await customer.order()).slug for customer in customers[:12]]
    assert slugs[0] == "adapter-unreachable"
    assert slugs[-1] == "adapter-paused"
    asked = len(world.city.asked)
    began = time.monotonic()
    answered = await customers[12].order()
    assert (answered.status, answered.slug) == (503, "adapter-paused")
    assert time.monotonic() - began < 1
    assert len(world.city.asked) == asked, "an open breaker asks nobody"
    world.city.misdeed = None

    async def well_again() -> bool:
        customer = await world.opened()
        return (await customer.order()).status == 201

    await eventually(well_again, 20)
    assert (await read_books(world.pool)).metered == {}


async def test_refusals_of_persons_are_no_failures(world: World) -> None:
    world.city.refusal = PersonRefused()
    for _ in range(15):
        customer = await world.opened()
        assert (await customer.order()).slug == "come-to-the-counter"


async def test_no_more_than_so_many_wait_for_one_city() -> None:
    one = Lane("122033", most=2)
    with one.taken(time.monotonic), one.taken(time.monotonic):
        with pytest.raises(AdapterBusy), one.taken(time.monotonic):
            pass
        assert one.under_way == 2
    assert one.under_way == 0


async def test_who_gives_up_tells_nothing_about_the_city() -> None:
    one = Lane("122033")
    for _ in range(50):
        with pytest.raises(asyncio.CancelledError), one.taken(time.monotonic):
            raise asyncio.CancelledError
    with one.taken(time.monotonic):
        pass
    for _ in range(50):
        with pytest.raises((AdapterFailed, AdapterPaused)), one.taken(time.monotonic):
            raise AdapterFailed
    with pytest.raises(AdapterPaused), one.taken(time.monotonic):
        pass


def test_second_tries_cost_what_first_ones_paid_in() -> None:
    budget = RetryBudget(share=0.2, most=2, left=2)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    for _ in range(5):
        budget.pay_in()
    assert [budget.take() for _ in range(2)] == [True, False]


async def test_an_adapter_that_never_answers_keeps_nobody_from_the_next(new_world: Any) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    port = free_port()
    async with (
        await asyncio.start_server(silence, "127.0.0.1", port),
        new_world(issuance_deadline_seconds=3) as world,
    ):
        customer = await world.opened()
        await world.configure(adapters=[f"http://127.0.0.1:{port}", world.adapter])

        async def printed() -> bool:
            return (await customer.order()).status == 201

        await eventually(printed, 10)


async def test_outcomes_of_others_are_told_while_a_city_hangs(world: World) -> None:
    assert lane.MOST_AT_ONCE > 1
    world.city.acknowledges = False
    await world.completed()

    async def told() -> bool:
        return len(world.city.outcomes) >= 2

    await eventually(told)
    world.city.acknowledges = True

    async def acknowledged() -> bool:
        return not await world.pool.fetchval(
            "SELECT count(*) FROM outcomes WHERE acknowledged_at IS NULL"
        )

    await eventually(acknowledged, 20)
