"""Test papers (見本): free, audited as tests, never metered or booked, and felt by nobody else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from gateway.municipalities.life import Step
from gateway_testing.books import Books, read_books
from gateway_testing.customer import PRICE, Customer
from gateway_testing.world import ICHIKAWA, SHIBUYA, STORE, TEST_TERMINAL, World, eventually
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.gateway_api import MunicipalityListed
from madoguchi_wire.reports import Completed, Money, NotMine, Paid, Rejected, Voided, VoidReason
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.testing.enrolled import enrolled
from store_terminal_sim.testing.honest_city import PAGES, unaltered

CLOSED = {"resident_record": {"opens": "00:00", "closes": "00:01", "maximum_copies": 5}}
DEARER = [{"version": "new", "from": "2010-02-02", "prices": {"resident_record": PRICE + 50}}]
TO_COME = [{"version": "2099", "from": "2099-04-01", "prices": {"resident_record": PRICE}}]
REJECTED = Rejected(what="pages", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64)


def _claimed(attestation: Attestation) -> Attestation:
    return attestation.model_copy(update={"test": not attestation.test})


async def _listed(world: World) -> set[str]:
    answered = await world.terminal(TEST_TERMINAL).call("GET", "/v1/municipalities")
    listed = json.loads(answered.body)
    return {MunicipalityListed.model_validate(one).code for one in listed}


async def _ordered(customer: Customer) -> str:
    (offer,) = customer.menu.offers
    order = customer.signed_order(unit_price=offer.price, tariff_version=offer.tariff_version)
    (issued,) = (await customer.order(order)).order.issuances
    assert issued.problem is None, issued.problem
    assert issued.fee == offer.price == 0
    return str(issued.issuance)


async def _paid(world: World) -> tuple[Customer, str]:
    customer = await world.opened(terminal=TEST_TERMINAL)
    issuance = await _ordered(customer)
    assert (await customer.at.document(issuance)).status == 200
    assert (await customer.at.report(issuance, Paid(yen=0))).json["go"] is True
    return customer, issuance


async def _printed(world: World) -> tuple[Customer, str]:
    customer, issuance = await _paid(world)
    done = await customer.at.report(issuance, Completed(pages=PAGES))
    assert done.json["state"] == "completed", done.json
    return customer, issuance


def _marks(books: Books, *subjects: str) -> set[object]:
    return {event["data"].get("test") for one in subjects for event in books.events[one]}


async def test_a_test_paper_is_audited_as_a_test_and_neither_metered_nor_booked(
    world: World,
) -> None:
    customer, issuance = await _printed(world)
    await customer.ask_household()
    assert Attestation.parsed(unverified_payload(world.city.answers[issuance].attestation)).test
    await customer.at.report(issuance, NotMine())
    voided, second = await _paid(world)
    await voided.at.report(second, Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED))
    at_store, real = await world.completed()
    await at_store.ask_household()
    books = await read_books(world.pool)
    assert _marks(books, issuance, second, customer.session_id, voided.session_id) == {True}
    assert _marks(books, real, at_store.session_id) == {None}
    assert {one.get("test") for one in books.named("alarm.raised")} == {True}
    assert books.metered == {real: PRICE}
    assert {one for one, booked in books.purposes.items() if booked} == {real}
    assert (books.states[issuance], books.states[second]) == ("completed", "voided")


async def test_the_municipality_hears_how_a_test_paper_ended(world: World) -> None:
    _, issuance = await _printed(world)

    async def told() -> bool:
        return [one.issuance for one in world.city.outcomes] == [issuance]

    await eventually(told)


async def test_a_test_terminal_is_served_by_the_newest_version_and_a_store_by_that_in_force(
    world: World,
) -> None:
    await world.put(tariffs=DEARER)
    at_store, at_test = world.terminal(STORE), world.terminal(TEST_TERMINAL)
    (real,) = (await world.menu(at_store)).offers
    tried = await world.menu(at_test)
    assert (real.tariff_version, real.price) == ("2010-02", PRICE)
    assert (tried.offers[0].tariff_version, tried.offers[0].price) == ("new", 0)
    _, issuance = await _printed(world)
    pinned = "SELECT configuration_version FROM issuances WHERE issuance_id = $1::uuid"
    assert await world.pool.fetchval(pinned, issuance) == tried.configuration_version
    await world.completed()


@pytest.mark.parametrize(
    "changes", [{"offers": CLOSED}, {"tariffs": TO_COME}, {"collectors": []}], ids=str
)
async def test_what_no_store_may_issue_yet_can_be_tried(
    world: World, changes: dict[str, Any]
) -> None:
    await world.put(**changes)
    await _printed(world)


async def test_the_suspended_are_tried_and_those_who_have_left_are_not(world: World) -> None:
    await world.suspend()
    await _printed(world)
    assert await _listed(world) == {ICHIKAWA, SHIBUYA}
    await world.decide(Step.RETIRE, ICHIKAWA)
    at = world.terminal(TEST_TERMINAL)
    assert (await at.call("GET", f"/v1/municipalities/{ICHIKAWA}/menu")).slug == (
        "municipality-not-live"
    )
    assert (await at.call("GET", "/v1/municipalities/141003/menu")).slug == "municipality-unknown"
    assert await _listed(world) == {SHIBUYA}


@pytest.mark.parametrize("terminal", [STORE, TEST_TERMINAL])
async def test_an_enrolment_that_says_otherwise_than_the_chains_file_opens_nothing(
    world: World, terminal: str
) -> None:
    world.enrolments[terminal] = enrolled(
        world.registrar,
        terminal,
        world.terminals[terminal],
        datetime.now(UTC),
        test=terminal == STORE,
    )
    customer = await world.customer(terminal=terminal)
    answered = await customer.open()
    assert (answered.status, answered.slug) == (403, "enrolment-outdated")
    assert not (await read_books(world.pool)).states


@pytest.mark.parametrize("terminal", [STORE, TEST_TERMINAL])
async def test_a_paper_that_is_attested_as_what_its_terminal_does_not_print_is_quarantined(
    world: World, terminal: str
) -> None:
    customer = await world.opened(terminal=terminal)
    world.city.honest.alter = _claimed
    (offer,) = customer.menu.offers
    answered = await customer.order(customer.signed_order(unit_price=offer.price))
    world.city.honest.alter = unaltered
    assert answered.slug == "attestation-refused", answered.json
    books = await read_books(world.pool)
    assert list(books.states.values()) == ["quarantined"]
    # What a test shows closes no city: people read it in its report, and decide.
    assert bool(books.stops) is (terminal == STORE)
    assert books.alarms == ["attestation_refused"]


async def test_a_test_paper_that_is_doubted_or_rejected_stops_nobody(world: World) -> None:
    for body in (NotMine(), REJECTED):
        customer, issuance = await _printed(world)
        await customer.at.report(issuance, body)
    assert (await read_books(world.pool)).stops == []
    await world.completed(terminal=STORE)


async def test_an_adapter_that_fails_tests_is_asked_by_cardholders_all_the_same(
    world: World,
) -> None:
    async def fails(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    world.city.misdeed = fails
    slugs: list[str] = []
    for _ in range(12):
        customer = await world.opened(terminal=TEST_TERMINAL)
        slugs.append((await customer.order(customer.signed_order(unit_price=0))).slug)
    world.city.misdeed = None
    assert slugs[-1] == "adapter-paused", slugs
    await world.completed(terminal=STORE)
