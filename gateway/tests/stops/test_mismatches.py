"""A mismatch stops its municipality on every replica, and nothing but a named person ends that."""

import asyncio
import time
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp import web
from gateway.settings import Settings
from gateway.stops.releasing import (
    NothingToRelease,
    Release,
    Seen,
    StruckSince,
    list_stops,
    release,
)
from gateway.stops.rules import Finding, Suspect, on_mismatch
from gateway.stops.stopping import put_in_force
from gateway_testing.books import read_books
from gateway_testing.customer import PRICE
from gateway_testing.world import ICHIKAWA, OTHER_STORE, SHIBUYA, STORE, World, eventually
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.reports import Completed, Money, Paid, Voided, VoidReason
from store_terminal_sim.testing.honest_city import PAGES, unaltered

HELD = "municipality-stopped"
FUNABASHI = "122041"
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


@pytest.mark.parametrize("slug", [HELD, "municipality-not-live"])
async def test_what_is_stopped_is_not_resumed(world: World, slug: str) -> None:
    customer = await world.opened()
    order, key = customer.signed_order(), "c5b7f4de-33a1-4d6c-9c35-4a6f4c0f0d1b"
    world.city.delay_s = 4
    dying = asyncio.create_task(customer.order(order, key=key))

    async def accepted() -> bool:
        return list((await read_books(world.pool)).states.values()) == ["accepted"]

    await eventually(accepted)
    if slug == HELD:
        await world.pool.execute(_STOP, ICHIKAWA)
    else:
        await world.suspend()

    async def heard() -> bool:
        menu = await world.terminal().call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
        return menu.slug == slug

    await eventually(heard, 3)
    world.city.delay_s = 0
    # As if its replica had died, and nobody renewed its lease any more.
    await world.pool.execute("UPDATE orders SET leased_until = madoguchi_now()")
    assert (await customer.order(order, key=key)).slug == slug
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
    assert await _release(world, Seen(other.stop_id, 1)) == 1
    assert [one.municipality for one in await _stops(world)] == [ICHIKAWA]
    assert await _release(world, Seen(own.incident, 1)) == 1
    with pytest.raises(NothingToRelease):
        await _release(world, Seen(own.incident, 1))

    async def issues_again() -> bool:
        menu = await world.terminal().call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")
        return menu.status == 200

    await eventually(issues_again, 1)
    books = await read_books(world.pool)
    told = books.named("stop.released")
    assert {(one["released_by"], one["finding"]) for one in told} == {("suzuki", "cause-mended")}
    assert "reason" not in told[0]


async def test_what_two_incidents_hold_is_open_after_both_were_released(world: World) -> None:
    for code in (ICHIKAWA, SHIBUYA):
        await _strike(world, code, (ICHIKAWA, SHIBUYA, FUNABASHI))
    held = [one.incident for one in await _stops(world) if one.municipality == FUNABASHI]
    assert len(set(held)) == 2
    first, second = held
    assert await _release(world, Seen(first, 1)) == 3
    left = {one.municipality: one.incident for one in await _stops(world)}
    assert left == dict.fromkeys((ICHIKAWA, SHIBUYA, FUNABASHI), second)
    assert await _release(world, Seen(second, 1)) == 3
    assert await _stops(world) == []


async def test_what_struck_since_it_was_looked_at_is_not_released(world: World) -> None:
    await _strike(world, ICHIKAWA, (ICHIKAWA, SHIBUYA))
    seen = await _stops(world)
    # Proven of nobody else, so that of the incident only one stop is struck again.
    again = await _strike(world, ICHIKAWA, ())
    with pytest.raises(StruckSince):
        await _release(world, Seen(seen[0].incident, 1))
    own = next(one for one in seen if one.origin is None)
    with pytest.raises(StruckSince):
        await _release(world, Seen(own.stop_id, 1))
    assert [one.strikes for one in await _stops(world)] == [2, 1], "nothing was released"
    # Nor though what was struck again has been released by itself meanwhile.
    assert await _release(world, Seen(own.stop_id, 2)) == 1
    with pytest.raises(StruckSince):
        await _release(world, Seen(own.incident, 1))
    assert await _release(world, Seen(own.incident, 2)) == 1
    told = await world.pool.fetch("SELECT issuance_id FROM doubts")
    assert {row["issuance_id"] for row in told} == {own.issuance_id, again}


async def test_one_issuance_strikes_a_stop_once(world: World) -> None:
    """Whoever says the same again and again keeps nobody from releasing."""
    same = uuid4()
    for _ in range(3):
        await _strike(world, ICHIKAWA, (), same)
    (stop,) = await _stops(world)
    assert stop.strikes == 1


async def _strike(
    world: World, code: str, alike: tuple[str, ...], issuance: UUID | None = None
) -> UUID:
    suspect = Suspect(issuance or uuid4(), date(2026, 11, 26), code, STORE, "tokiwa-0001")
    async with world.pool.acquire() as connection, connection.transaction():
        stops = on_mismatch(suspect, "attestation-refused", alike)
        await put_in_force(connection, stops, "test", datetime.now(UTC))
    return suspect.issuance


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


@pytest.mark.parametrize("same", [True, False])
async def test_an_issuance_with_two_documents_is_quarantined_and_with_one_twice_is_not(
    world: World, *, same: bool
) -> None:
    customer = await world.opened()

    async def prepared_meanwhile(request: web.Request) -> web.Response:
        issuance, asked = request.match_info["issuance"], world.city.asked[-1]
        held = world.city.prepare(asked)
        if not same:
            del world.city.answers[issuance]
        await world.pool.execute(
            "UPDATE issuances SET state = 'prepared', attestation = $2"
            " WHERE issuance_id = $1::uuid",
            issuance,
            held.attestation,
        )
        body = world.city.prepare(asked).model_dump_json()
        return web.Response(body=body, content_type="application/json")

    world.city.misdeed = prepared_meanwhile
    # The other replica has answered with the first one: a repeat gets the same.
    assert (await customer.order()).status == 201
    state = await world.pool.fetchval("SELECT state FROM issuances")
    if same:
        assert (state, await _stops(world)) == ("prepared", [])
        return
    books = await read_books(world.pool)
    assert (state, books.alarms) == ("quarantined", ["attestation_refused"])
    assert books.stops == [(ICHIKAWA, None, "mismatch"), (SHIBUYA, None, "same_build")]


async def test_a_suspended_municipality_releases_nothing_that_was_prepared(world: World) -> None:
    waiting, prepared = await world.prepared()
    customer, delivered = await world.delivered()
    await world.suspend()

    async def heard() -> bool:
        return (await waiting.at.document(prepared)).slug == "municipality-not-live"

    await eventually(heard, 2)
    told = await customer.at.report(delivered, Paid(yen=PRICE))
    assert (told.json["go"], told.json["state"]) == (False, "delivered")


async def _stops(world: World) -> list[Any]:
    async with world.pool.acquire() as connection:
        return list(await list_stops(connection))


async def _release(world: World, *seen: Seen) -> int:
    decision = Release(seen, "suzuki", Finding.CAUSE_MENDED, "the queue keeps its lock now")
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
