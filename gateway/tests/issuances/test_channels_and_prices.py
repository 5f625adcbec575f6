"""Which price a session has, and where a municipality's papers come out at all."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from gateway_testing.customer import PRICE, Answered
from gateway_testing.world import ICHIKAWA, SHIBUYA, STORE, TOWN_HALL, World, eventually
from madoguchi_wire.clock import SystemClock, japan_day

OWN_PRICE = 200
_PAPER = "SELECT channel, fee, commission, tariff_version FROM issuances WHERE issuance_id = $1"


def _tariff(version: str, yen: int, **more: object) -> dict[str, Any]:
    prices = {"resident_record": yen}
    return {"version": version, "from": "2010-02-02", "prices": prices} | more


async def _offered(world: World, terminal: str, version: str) -> None:
    async def in_force() -> bool:
        return (await world.menu(world.terminal(terminal))).offers[0].tariff_version == version

    await eventually(in_force)


def _codes(listed: Answered) -> list[str]:
    return [one["code"] for one in json.loads(listed.body)]


async def _paper(world: World, issuance: UUID) -> tuple[str, int, int, str]:
    row = await world.pool.fetchrow(_PAPER, issuance)
    assert row is not None
    return row["channel"], row["fee"], row["commission"], row["tariff_version"]


async def test_a_citys_machine_has_own_prices_own_citizens_and_no_commission(
    world: World,
) -> None:
    own = {"resident_record": OWN_PRICE}
    await world.configure(tariffs=[_tariff("own", PRICE, city_machine_prices=own)])
    await _offered(world, TOWN_HALL, "own")
    expected = {
        STORE: ("store", PRICE, 120, "own"),
        TOWN_HALL: ("city_machine", OWN_PRICE, 0, "own"),
    }
    for terminal, paper in expected.items():
        customer = await world.opened(terminal=terminal)
        assert customer.menu.offers[0].price == paper[1]
        order = customer.signed_order(unit_price=paper[1])
        (issued,) = (await customer.order(order)).order.issuances
        assert await _paper(world, issued.issuance) == paper
    listed = await world.terminal(TOWN_HALL).call("GET", "/v1/municipalities")
    assert _codes(listed) == [ICHIKAWA]
    listed = await world.terminal().call("GET", "/v1/municipalities")
    assert _codes(listed) == [ICHIKAWA, SHIBUYA]


async def test_a_citys_machine_refuses_the_citizens_of_others(world: World) -> None:
    hall = world.terminal(TOWN_HALL)
    menu = await hall.call("GET", f"/v1/municipalities/{SHIBUYA}/menu")
    assert menu.slug == "machine-of-another-municipality"
    stranger = await world.customer(terminal=TOWN_HALL)
    opened = await stranger.open(stranger.sign(municipality=SHIBUYA))
    assert opened.slug == "machine-of-another-municipality"
    # Its site may move while a session is open.
    customer = await world.opened(terminal=TOWN_HALL)
    await world.pool.execute("UPDATE sites SET municipality = $1 WHERE type = 'city'", SHIBUYA)

    async def refused() -> bool:
        return (await customer.order()).slug == "machine-of-another-municipality"

    await eventually(refused)
    assert (await customer.ask_household())[1].slug == "machine-of-another-municipality"


@pytest.mark.parametrize("periods", [[], [(-30, -1)], [(1, 30)]], ids=["never", "over", "to come"])
async def test_without_a_designation_in_force_a_store_issues_nothing(
    world: World, periods: list[tuple[int, int]]
) -> None:
    customer, at_hall = await world.opened(), await world.opened(terminal=TOWN_HALL)
    waiting = await world.customer()
    today = japan_day(SystemClock().now())
    collectors = [
        {"chain": "tokiwa", "from": today + timedelta(first), "until": today + timedelta(last)}
        for first, last in periods
    ]
    await world.configure(collectors=collectors)

    async def refused() -> bool:
        menu = await world.terminal().call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
        return menu.slug == "collector-not-designated"

    await eventually(refused)
    assert (await waiting.open()).slug == "collector-not-designated"
    assert (await customer.order()).slug == "collector-not-designated"
    assert (await customer.ask_household())[1].slug == "collector-not-designated"
    assert _codes(await world.terminal().call("GET", "/v1/municipalities")) == []
    assert await world.pool.fetchval("SELECT count(*) FROM issuances") == 0
    assert (await at_hall.order()).status == 201, "its own machine needs no designation"


async def test_a_new_file_between_menu_and_session_changes_no_price(world: World) -> None:
    """Nor does one that is loaded before the order."""
    early = await world.customer()
    await world.configure(tariffs=[_tariff("dearer", 300)])
    await _offered(world, STORE, "dearer")
    assert (await early.open()).status == 201
    (issued,) = (await early.order()).order.issuances
    assert await _paper(world, issued.issuance) == ("store", PRICE, 120, "2010-02")


async def test_the_price_of_the_menu_holds_across_midnight_and_that_of_no_other_day(
    world: World,
) -> None:
    today = japan_day(SystemClock().now())
    yesterday = str(today - timedelta(days=1))
    tariffs = [_tariff("old", PRICE, until=yesterday), _tariff("new", 300) | {"from": str(today)}]
    await world.configure(tariffs=tariffs)
    await _offered(world, STORE, "new")
    customer = await world.opened()
    old = customer.signed_order(tariff_version="old", unit_price=PRICE)
    assert (await customer.order(old)).slug == "price-not-as-shown"
    # The menu was shown in the last millisecond of yesterday.
    midnight = "date_trunc('day', now() AT TIME ZONE 'Asia/Tokyo') AT TIME ZONE 'Asia/Tokyo'"
    shown = f"UPDATE sessions SET shown_at = {midnight} - interval '1 ms' WHERE session_id = $1"
    await world.pool.execute(shown, UUID(customer.session_id))
    new = customer.signed_order(tariff_version="new", unit_price=300)
    assert (await customer.order(new)).slug == "price-not-as-shown"
    (issued,) = (await customer.order(old)).order.issuances
    assert await _paper(world, issued.issuance) == ("store", PRICE, 120, "old")


async def test_a_campaign_has_its_own_version_for_the_kinds_that_it_names(world: World) -> None:
    campaign = _tariff("ten", 10, until="2099-03-31")
    await world.configure(campaigns=[campaign])
    await _offered(world, STORE, "ten")
    customer = await world.opened()
    (issued,) = (await customer.order(customer.signed_order(unit_price=10))).order.issuances
    assert await _paper(world, issued.issuance) == ("store", 10, 120, "ten")
