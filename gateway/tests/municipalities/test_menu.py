"""The menu: what is offered here and now, with what a card needs to open a session."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web
from gateway.municipalities.deciding import decide_all
from gateway.municipalities.life import Step
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.rules.challenge import Shown, check_challenge
from gateway.settings import Settings
from gateway.terminals.tokens import issue_token
from local_stack.in_force import decision_settings
from local_stack.ports import free_port
from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.gateway_api import Menu
from madoguchi_wire.kit.person import Person

PutInForce = Callable[[Path], Awaitable[list[str]]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PATH = "/v1/municipalities/122033/menu"


@asynccontextmanager
async def _adapter(handler: Handler) -> AsyncGenerator[str]:
    """A municipality's adapter that answers beacons as a test wants."""
    app = web.Application()
    app.router.add_get("/v1/municipalities/{code}/beacon", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def _beacon(text: str, good_for: timedelta = timedelta(seconds=60)) -> web.Response:
    beacon = Beacon(beacon=text, good_until=datetime.now(UTC) + good_for)
    return web.Response(body=beacon.model_dump_json(), content_type="application/json")


Configure = Callable[..., Awaitable[None]]


@pytest.fixture
def configure(write_configuration: Callable[..., Path], put_files: PutInForce) -> Configure:
    """A function that puts the municipality's file in force with changed values."""

    async def change(**changes: object) -> None:
        folder = write_configuration()
        path = folder / "municipalities" / "122033.yaml"
        values: dict[str, Any] = yaml.safe_load(path.read_text()) | changes
        path.write_text(yaml.safe_dump(values, allow_unicode=True))
        await put_files(folder)

    return change


async def _get(settings: Settings, address: str) -> tuple[int, dict[str, Any]]:
    secret = settings.token_secret.read_bytes()
    token = issue_token("tokiwa-0001-1", settings.name, secret, datetime.now(UTC))
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(address + PATH) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_it_has_offers_a_fresh_challenge_and_the_beacon_of_the_moment(
    gateway_settings: Settings,
    configure: Configure,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
) -> None:
    asked = 0

    async def beacon(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return _beacon(f"beacon-{asked}")

    async with _adapter(beacon) as adapter:
        # The first adapter is down: the next one of the municipality answers.
        down = f"http://127.0.0.1:{free_port()}"
        await configure(adapters=[down, adapter])
        with run_gateway(gateway_settings) as address:
            answers = await asyncio.gather(*(_get(gateway_settings, address) for _ in range(10)))
    menus = [Menu.model_validate_json(json.dumps(menu)) for _, menu in answers]
    assert asked == 1, "a beacon is fetched once and kept as long as it is good"
    assert {menu.beacon for menu in menus} == {"beacon-1"}
    assert len({menu.challenge for menu in menus}) == len(menus)
    first = menus[0]
    secret = gateway_settings.challenge_secret.read_bytes()
    shown = Shown("tokiwa-0001-1", "122033", first.beacon)
    check_challenge(first.challenge, secret, shown, datetime.now(UTC))
    assert first.good_until <= datetime.now(UTC) + timedelta(seconds=60)
    assert (first.gateway, first.configuration_version) == (gateway_settings.name, 2)
    told = {
        offer.kind.value: (offer.price, offer.tariff_version, offer.open_now)
        for offer in first.offers
    }
    assert told == dict.fromkeys(("resident_record", "seal_registration"), (250, "2010-02", True))


async def test_a_closed_day_shows_no_hours(
    gateway_settings: Settings,
    configure: Configure,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
) -> None:
    async def beacon(_: web.Request) -> web.Response:
        return _beacon("beacon")

    japan = datetime.now(UTC) + timedelta(hours=9)
    closed = [f"{japan + timedelta(days=days):%m-%d}" for days in (0, 1)]
    async with _adapter(beacon) as adapter:
        await configure(adapters=[adapter], closed=closed)
        with run_gateway(gateway_settings) as address:
            status, menu = await _get(gateway_settings, address)
    assert status == 200
    assert {(offer["hours"], offer["open_now"]) for offer in menu["offers"]} == {(None, False)}


async def test_a_beacon_whose_minute_ends_on_its_way_is_asked_for_again(
    gateway_settings: Settings,
    configure: Configure,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
) -> None:
    asked = 0

    async def beacon(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return _beacon(f"beacon-{asked}", timedelta(seconds=60 if asked > 1 else 0))

    async with _adapter(beacon) as adapter:
        await configure(adapters=[adapter])
        with run_gateway(gateway_settings) as address:
            status, menu = await _get(gateway_settings, address)
    assert (status, menu["beacon"]) == (200, "beacon-2")


async def _server_error(_: web.Request) -> web.Response:
    return web.Response(status=500)


async def _nonsense(_: web.Request) -> web.Response:
    return web.Response(body=b"\\xff<html>" * 10_000)


async def _dead_beacon(_: web.Request) -> web.Response:
    return _beacon("beacon", timedelta(seconds=-1))


async def _hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize(
    ("handler", "status", "slug"),
    [
        (_server_error, 503, "adapter-unreachable"),
        (_hang_up, 503, "adapter-unreachable"),
        (_nonsense, 502, "adapter-nonsense"),
        (_dead_beacon, 502, "adapter-nonsense"),
    ],
)
async def test_an_adapter_that_fails_is_a_problem_of_its_kind(
    gateway_settings: Settings,
    configure: Configure,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
    handler: Handler,
    status: int,
    slug: str,
) -> None:
    async with _adapter(handler) as adapter:
        await configure(adapters=[adapter])
        with run_gateway(gateway_settings) as address:
            answered, problem = await _get(gateway_settings, address)
    assert answered == status, json.dumps(problem)
    assert problem["type"] == f"/problems/{slug}"


async def test_a_suspended_municipality_is_refused_before_its_adapter_is_asked(
    gateway_settings: Settings,
    run_gateway: Callable[[Settings], AbstractContextManager[str]],
) -> None:
    by = Person.of("sato", "the records move house")
    await decide_all([Proposal("122033", Step.SUSPEND, by)], decision_settings(gateway_settings))
    with run_gateway(gateway_settings) as address:
        status, problem = await _get(gateway_settings, address)
    assert (status, problem["type"]) == (403, "/problems/municipality-not-live")
