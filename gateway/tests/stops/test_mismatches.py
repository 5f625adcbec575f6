"""A mismatch stops its municipality on every replica, and nothing but a named person ends that."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from gateway.settings import Settings
from gateway.stops.releasing import NothingToRelease, Release, list_stops, release
from gateway.stops.rules import Finding
from gateway_testing.books import read_books
from gateway_testing.customer import PRICE
from gateway_testing.world import ICHIKAWA, OTHER_STORE, SHIBUYA, STORE, World, eventually
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.reports import Completed, Money, Paid, Voided, VoidReason
from store_terminal_sim.testing.honest_city import PAGES, unaltered

HELD = "municipality-stopped"
_STOP = """
    INSERT INTO stops (stop_id, incident, municipality, cause, what)
    VALUES (gen_random_uuid(), gen_random_uuid(), $1, 'mismatch', 'test')
"""


def _another_session(attestation: Attestation) -> Attestation:
    return attestation.model_copy(update={"session": "0" * 64})


async def _mismatch(world: World) -> None:
    customer = await world.opened(terminal=OTHER_STORE)
    world.city.honest.alter = _another_session
    answered = await customer.order()
    world.city.honest.alter = unaltered
    assert answered.slug == "attestation-refused", answered.json


async def _heard(world: World) -> bool:
    """Tell whether the replica knows of a stop: what releases nothing may hear a little late."""
    menu = await world.terminal().call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
    return menu.slug == HELD


async def test_within_a_second_no_replica_releases_anything_of_the_municipality(
    two_replicas: World,
) -> None:
    world = two_replicas
    prepared, waiting = await world.prepared(replica=1)
    delivered, fetched = await world.delivered(replica=1)
    paid, bought = await world.paid(replica=1)
    opened = await world.opened(replica=1)
    began = time.monotonic()
    await _mismatch(world)
    assert (await prepared.at.document(waiting)).slug == HELD
    told = await delivered.at.report(fetched, Paid(yen=PRICE))
    assert (told.json["go"], told.json["state"]) == (False, "delivered")
    assert (await opened.order()).slug == HELD
    assert (await opened.ask_household())[1].slug == HELD
    for replica in (0, 1):
        terminal = world.terminal(STORE, replica)
        assert (await terminal.call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")).slug == HELD
        assert (await terminal.call("GET", "/v1/municipalities")).body == b"[]"
    assert time.monotonic() - began < 5
    # Who had the go before has the paper; who had not gets the money back.
    assert (await paid.at.report(bought, Completed(pages=PAGES))).json["state"] == "completed"
    back = Voided(reason=VoidReason.NO_GO, money=Money.REFUNDED)
    assert (await delivered.at.report(fetched, back)).json["state"] == "voided"
    books = await read_books(world.pool)
    assert books.purposes[fetched] == {}
    assert books.stops == [(ICHIKAWA, None, "mismatch"), (SHIBUYA, None, "same_build")]


async def test_a_release_is_judged_by_the_database_though_a_replica_has_not_heard(
    world: World,
) -> None:
    waiting, prepared = await world.prepared()
    customer, delivered = await world.delivered()
    # As if the notice were late: nobody is told.
    await world.pool.execute(_STOP, ICHIKAWA)
    told, fetched = await asyncio.gather(
        customer.at.report(delivered, Paid(yen=PRICE)), waiting.at.document(prepared)
    )
    assert (told.json["go"], told.json["state"], fetched.slug) == (False, "delivered", HELD)


async def test_what_is_stopped_opens_no_session(world: World) -> None:
    customer = await world.customer()
    await _mismatch(world)
    await eventually(lambda: _heard(world), 1)
    assert (await customer.open()).slug == HELD
    assert await world.pool.fetchval("SELECT count(*) FROM sessions") == 1, "the mismatch's own"


async def test_what_is_stopped_is_not_resumed(world: World) -> None:
    customer = await world.opened()
    order, key = customer.signed_order(), "c5b7f4de-33a1-4d6c-9c35-4a6f4c0f0d1b"
    world.city.delay_s = 4
    dying = asyncio.create_task(customer.order(order, key=key))

    async def accepted() -> bool:
        return list((await read_books(world.pool)).states.values()) == ["accepted"]

    await eventually(accepted)
    await world.pool.execute(_STOP, ICHIKAWA)
    await eventually(lambda: _heard(world), 3)
    world.city.delay_s = 0
    # As if its replica had died, and nobody renewed its lease any more.
    await world.pool.execute("UPDATE orders SET leased_until = madoguchi_now()")
    assert (await customer.order(order, key=key)).slug == HELD
    assert len(world.city.asked) == 1
    await dying


async def test_that_it_works_the_second_time_releases_nothing(world: World) -> None:
    customer = await world.opened()
    await _mismatch(world)
    await eventually(lambda: _heard(world), 1)
    world.city.honest.alter = unaltered
    for _ in "ab":
        assert (await customer.order()).slug == HELD
    (stop,) = [one for one in await _stops(world) if one.municipality == ICHIKAWA]
    assert stop.strikes == 1


async def test_a_named_person_releases_an_incident_or_one_municipality_of_it(
    world: World,
) -> None:
    await _mismatch(world)
    own, other = sorted(await _stops(world), key=lambda one: one.municipality)
    assert own.incident == other.incident
    assert await _release(world, other.stop_id) == 1
    assert [one.municipality for one in await _stops(world)] == [ICHIKAWA]
    assert await _release(world, own.incident) == 1
    with pytest.raises(NothingToRelease):
        await _release(world, own.incident)

    async def issues_again() -> bool:
        menu = await world.terminal().call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
        return menu.status == 200

    await eventually(issues_again, 1)
    books = await read_books(world.pool)
    told = books.named("stop.released")
    assert {(one["released_by"], one["finding"]) for one in told} == {("suzuki", "cause-mended")}
    assert "reason" not in told[0]


async def test_what_was_seen_stops_the_municipality_though_the_issuance_has_ended(
    world: World,
) -> None:
    customer = await world.opened()

    async def expired() -> bool:
        return "expired" in (await read_books(world.pool)).states.values()

    async def late(request: web.Request) -> web.Response:
        await world.pool.execute(
            "UPDATE issuances SET deadline = madoguchi_now() WHERE issuance_id = $1::uuid",
            request.match_info["issuance"],
        )
        await eventually(expired)
        body = world.city.prepare(world.city.asked[-1]).model_dump_json()
        return web.Response(body=body, content_type="application/json")

    world.city.honest.alter = _another_session
    world.city.misdeed = late
    assert (await customer.order()).slug == "prepare-timeout"
    books = await read_books(world.pool)
    assert (ICHIKAWA, None, "mismatch") in books.stops
    assert books.alarms == ["attestation_refused"]


async def test_what_another_worker_has_prepared_meanwhile_is_quarantined_all_the_same(
    world: World,
) -> None:
    customer = await world.opened()

    async def prepared_meanwhile(request: web.Request) -> web.Response:
        await world.pool.execute(
            "UPDATE issuances SET state = 'prepared' WHERE issuance_id = $1::uuid",
            request.match_info["issuance"],
        )
        body = world.city.prepare(world.city.asked[-1]).model_dump_json()
        return web.Response(body=body, content_type="application/json")

    world.city.honest.alter = _another_session
    world.city.misdeed = prepared_meanwhile
    assert (await customer.order()).slug == "attestation-refused"
    states = await world.pool.fetch("SELECT state FROM issuances")
    assert [row["state"] for row in states] == ["quarantined"]


async def test_a_suspended_municipality_releases_nothing_that_was_prepared(world: World) -> None:
    waiting, prepared = await world.prepared()
    customer, delivered = await world.delivered()
    await world.configure(state="suspended")

    async def heard() -> bool:
        return (await waiting.at.document(prepared)).slug == "municipality-not-live"

    await eventually(heard, 2)
    told = await customer.at.report(delivered, Paid(yen=PRICE))
    assert (told.json["go"], told.json["state"]) == (False, "delivered")


async def _stops(world: World) -> list[Any]:
    async with world.pool.acquire() as connection:
        return list(await list_stops(connection))


async def _release(world: World, *ids: Any) -> int:
    decision = Release(ids, "suzuki", Finding.CAUSE_MENDED, "the queue keeps its lock now")
    async with world.pool.acquire() as connection:
        return len(await release(connection, decision, "test", datetime.now(UTC)))


async def test_nothing_is_released_without_a_name_and_a_reason(
    gateway_settings: Settings,
) -> None:
    connection = await asyncpg.connect(gateway_settings.database_url)
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                "INSERT INTO stops (stop_id, incident, municipality, cause, what, released_at)"
                " VALUES (gen_random_uuid(), gen_random_uuid(), '1', 'c', 'w', now())"
            )
    finally:
        await connection.close()
