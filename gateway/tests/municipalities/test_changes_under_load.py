"""What is in force changes while papers are ordered: none fails, each costs what its menu said.

`make hot` does the same with whole processes, 50 terminals and 200 changes.
"""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import cycle

from gateway.municipalities.life import Step
from gateway_testing.customer import PRICE, Customer
from gateway_testing.world import ICHIKAWA, OTHER_STORE, STORE, World
from madoguchi_wire.gateway_api import Menu
from store_terminal_sim.cards.virtual_card import VirtualCard

WITHIN_S = 5.0
CHANGES = 20
_SUSPENDS = 2
"""Of five changes, which one."""
_IN_FORCE = """
    SELECT state, version FROM municipality_decisions
    WHERE municipality = $1 ORDER BY number DESC LIMIT 1
"""
_PAPERS = """
    SELECT issuance_id::text, fee, tariff_version, configuration_version FROM issuances
"""
Paper = tuple[int, str, int]
"""Yen, tariff and version."""


@dataclass
class _Ordering:
    """Orders papers one after the other, each at another replica than the one before."""

    world: World
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    shown: dict[str, Paper] = field(default_factory=dict[str, Paper])
    """What the menu of each paper said."""
    problems: set[str] = field(default_factory=set[str])
    ordered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by each paper."""

    async def go_on(self, terminal: str, card: VirtualCard) -> None:
        for replica in cycle((0, 1)):
            if self.stop.is_set():
                return
            await self._order(terminal, card, replica)

    async def _order(self, terminal: str, card: VirtualCard, replica: int) -> None:
        at = self.world.terminal(terminal, replica)
        answered = await at.call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
        if answered.status != 200:
            self.problems.add(answered.slug)
            return
        menu = Menu.model_validate_json(answered.body)
        customer, offer = Customer(at, card, menu), menu.offers[0]
        answered = await customer.open()
        if answered.status == 201:
            order = customer.signed_order(unit_price=offer.price)
            # The other replica may not have heard yet of what the menu said.
            elsewhere = self.world.terminal(terminal, 1 - replica)
            answered = await customer.order(order, at=elsewhere)
        if answered.status != 201:
            self.problems.add(answered.slug)
            return
        (issued,) = answered.order.issuances
        if issued.problem is not None:
            self.problems.add(issued.problem.type)
        said = offer.price, offer.tariff_version, menu.configuration_version
        self.shown[str(issued.issuance)] = said
        self.ordered.set()


async def _change(world: World, number: int) -> None:
    match number % 5:
        case 0 | 1:
            prices = {"resident_record": PRICE + 10 * number}
            tariff = {"version": f"change {number}", "from": "2010-02-02", "prices": prices}
            await world.configure(tariffs=[tariff])
        case _ if number % 5 == _SUSPENDS:
            await world.decide(Step.SUSPEND, ICHIKAWA)
        case 3:
            await world.decide(Step.RESUME, ICHIKAWA)
        case _:
            await world.decide(Step.ROLLBACK, ICHIKAWA)


async def _heard(world: World, began: float) -> None:
    """Wait until both replicas show what was decided last."""
    decided = await world.pool.fetchrow(_IN_FORCE, ICHIKAWA)
    assert decided is not None
    wanted = decided["version"] if decided["state"] == "live" else "municipality-not-live"
    for replica in (0, 1):
        shown = None
        while shown != wanted:
            assert time.monotonic() - began < WITHIN_S, (wanted, shown)
            at = world.terminal(STORE, replica)
            answered = await at.call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
            shown = (
                answered.json["configuration_version"] if answered.status == 200 else answered.slug
            )


async def test_no_order_fails_and_none_costs_anything_but_what_its_menu_said(
    two_replicas: World,
) -> None:
    world = two_replicas
    ordering = _Ordering(world)
    busy = [
        asyncio.create_task(ordering.go_on(terminal, world.card()))
        for terminal in (STORE, OTHER_STORE) * 2
    ]
    for number in range(CHANGES):
        began = time.monotonic()
        await _change(world, number)
        await _heard(world, began)
        ordering.ordered.clear()
        if number % 5 != _SUSPENDS:
            await ordering.ordered.wait()
    ordering.stop.set()
    await asyncio.gather(*busy)
    assert ordering.problems <= {"municipality-not-live"}, "the announced refusal alone"
    papers = {
        row["issuance_id"]: (row["fee"], row["tariff_version"], row["configuration_version"])
        for row in await world.pool.fetch(_PAPERS)
    }
    assert {one: papers[one] for one in ordering.shown} == ordering.shown
    assert len({version for *_, version in papers.values()}) > CHANGES / 5
