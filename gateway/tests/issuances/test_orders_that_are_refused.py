"""What is no good order is refused with its problem and an event; nothing is asked or charged."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from gateway_testing.books import read_books
from gateway_testing.customer import Answered
from gateway_testing.world import ICHIKAWA, OFFERS, OTHER_STORE, World, eventually
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import ResidentRecordOptions, SealRegistrationOptions

NOT_YET_KNOWN = ("session-unknown", "idempotency-key-missing", "invalid-fields")
"""Refused before the session was looked up, which says whose certificate it is for."""


async def _is_refused(world: World, answered: Answered, status: int, slug: str) -> None:
    assert (answered.status, answered.slug) == (status, slug), answered.json
    assert answered.json["charged"] is False
    books = await read_books(world.pool)
    whose = None if slug in NOT_YET_KNOWN else ICHIKAWA
    assert slug in books.refused_of(whose)
    assert books.states == {}
    assert world.city.asked == []


async def test_an_order_of_another_session_is_refused(world: World) -> None:
    customer, other = await world.opened(), await world.opened(terminal=OTHER_STORE)
    foreign = other.signed_order()
    await _is_refused(world, await customer.order(foreign), 403, "order-not-of-session")
    mixed = await customer.order(foreign, signed_session=other.session)
    await _is_refused(world, mixed, 403, "session-of-another-terminal")
    elsewhere = await customer.order(session_id=other.session_id)
    await _is_refused(world, elsewhere, 404, "session-unknown")
    nobody = await customer.order(session_id=str(uuid4()))
    await _is_refused(world, nobody, 404, "session-unknown")


async def test_an_order_of_the_next_customer_at_the_same_terminal_is_refused(world: World) -> None:
    customer, after = await world.opened(), await world.opened()
    mixed = await customer.order(after.signed_order(), signed_session=after.session)
    await _is_refused(world, mixed, 403, "session-refused")


async def test_a_session_that_was_never_opened_orders_nothing(world: World) -> None:
    customer = await world.opened()
    again = customer.sign()
    answered = await customer.order(signed_session=again)
    await _is_refused(world, answered, 403, "session-refused")


async def test_an_order_after_its_sessions_end_is_refused(world: World) -> None:
    """By the database's time, whatever a replica's clock says."""
    customer = await world.opened()
    await world.pool.execute("UPDATE sessions SET expires_at = madoguchi_now()")
    await _is_refused(world, await customer.order(), 403, "session-expired")


async def test_an_order_signed_in_the_future_is_refused(world: World) -> None:
    customer = await world.opened()
    later = customer.signed_order(ordered_at=datetime.now(UTC) + timedelta(seconds=200))
    await _is_refused(world, await customer.order(later), 403, "order-refused")


@pytest.mark.parametrize("what", ["key", "session", "earlier", "later"])
async def test_an_order_that_the_session_did_not_sign_as_it_is_is_refused(
    world: World, what: str
) -> None:
    customer, now = await world.opened(), datetime.now(UTC)
    orders = {
        "key": customer.signed_order(key=SigningKey.generate()),
        "session": customer.signed_order(session="0" * 64),
        "earlier": customer.signed_order(ordered_at=now - timedelta(minutes=6)),
        "later": customer.signed_order(ordered_at=now + timedelta(minutes=6)),
    }
    await _is_refused(world, await customer.order(orders[what]), 403, "order-not-of-session")


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"unit_price": 0}, 409, "price-not-as-shown"),
        ({"unit_price": 251}, 409, "price-not-as-shown"),
        ({"tariff_version": "2009"}, 409, "price-not-as-shown"),
        ({"copies": 6}, 403, "option-not-offered"),
        ({"copies": 0}, 403, "order-not-of-session"),
        ({"copies": 99}, 403, "order-not-of-session"),
        ({"options": ResidentRecordOptions(honseki=True)}, 403, "option-not-offered"),
        ({"options": SealRegistrationOptions()}, 403, "kind-not-offered"),
    ],
    ids=[
        *("for nothing", "a yen more", "another tariff", "too many copies", "no copy", "99 copies"),
        *("an option that is not offered", "a kind that is not offered"),
    ],
)
async def test_an_order_for_what_is_not_offered_is_refused(
    world: World, changes: dict[str, Any], status: int, slug: str
) -> None:
    customer = await world.opened()
    answered = await customer.order(customer.signed_order(**changes))
    await _is_refused(world, answered, status, slug)


CONTACT = {
    "office": {"ja": "市民課", "en": "Citizens' Affairs"},
    "telephone": "047-334-1111",
    "mail": "shimin@city.ichikawa.example",
}


async def test_an_order_out_of_hours_is_refused(world: World) -> None:
    japan = datetime.now(UTC) + timedelta(hours=9)
    soon = japan + timedelta(hours=-3 if japan.hour >= 12 else 3)
    hours = {"opens": f"{soon:%H}:00", "closes": f"{soon:%H}:59"}
    offers = {"resident_record": OFFERS["resident_record"] | hours}
    own = {"ja": "本日の取扱いは17時までです", "en": "Open until 17:00 today"}
    await world.configure(offers=offers, words={"out-of-hours": own}, contact=CONTACT)

    async def loaded() -> bool:
        return (await world.menu(world.terminal())).offers[0].open_now is False

    await eventually(loaded)
    customer = await world.opened()
    answered = await customer.order()
    await _is_refused(world, answered, 403, "out-of-hours")
    assert (answered.json["notice"], answered.json["contact"]) == (own, CONTACT)
    assert (await customer.ask_household())[1].slug == "out-of-hours"
    # What the municipality has no words for is told in ours, with its contact.
    refused = await customer.order(customer.signed_order(copies=9))
    assert refused.slug == "option-not-offered"
    assert "notice" not in refused.json
    assert refused.json["contact"] == CONTACT
    # And whom it does not concern keeps its own.
    other = await world.terminal().call("GET", "/v1/municipalities/011002/menu")
    assert other.slug == "municipality-unknown"
    assert not {"notice", "contact"} & other.json.keys()


async def test_a_municipality_that_stops_takes_no_order_of_an_open_session(world: World) -> None:
    customer = await world.opened()
    await world.suspend()

    async def stopped() -> bool:
        return (await customer.order(customer.signed_order(copies=6))).status == 403

    await eventually(stopped)

    async def not_live() -> bool:
        refused = await customer.order(customer.signed_order(copies=6))
        return refused.slug == "municipality-not-live"

    await eventually(not_live)


@pytest.mark.parametrize("key", ["", "1", "not-a-uuid", "0" * 500])
async def test_a_key_that_is_no_random_uuid_is_refused(world: World, key: str) -> None:
    customer = await world.opened()
    body = {"order": customer.signed_order(), "signed_session": customer.session}
    path = f"/v1/sessions/{customer.session_id}/orders"
    headers = {"Idempotency-Key": key} if key else {}
    answered = await customer.at.call("POST", path, body, **headers)
    await _is_refused(world, answered, 400, "idempotency-key-missing")


async def test_another_body_under_the_same_key_is_refused(world: World) -> None:
    customer, key = await world.opened(), str(uuid4())
    first = await customer.order(key=key)
    assert first.status == 201
    second = await customer.order(key=key)
    assert (second.status, second.slug) == (422, "idempotency-key-reused")
    books = await read_books(world.pool)
    assert len(books.states) == 1
    assert books.alarms == []


@pytest.mark.parametrize("where", ["the next customer", "another terminal"])
async def test_a_key_from_elsewhere_is_refused_with_an_alarm(world: World, where: str) -> None:
    customer, key = await world.opened(), str(uuid4())
    assert (await customer.order(key=key)).status == 201
    terminals = {"the next customer": customer.at.terminal, "another terminal": OTHER_STORE}
    other = await world.opened(terminal=terminals[where])
    answered = await other.order(key=key)
    assert (answered.status, answered.slug) == (422, "idempotency-key-reused")
    books = await read_books(world.pool)
    assert books.alarms == ["idempotency_key_from_elsewhere"]
    assert len(books.states) == 1


async def test_the_same_order_under_another_key_is_a_replay(world: World) -> None:
    customer = await world.opened()
    order = customer.signed_order()
    assert (await customer.order(order)).status == 201
    answered = await customer.order(order)
    assert (answered.status, answered.slug) == (409, "order-replayed")
    assert len((await read_books(world.pool)).states) == 1


async def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    customer = await world.opened()
    huge = to_base64url(b"x" * 300_000)
    for path in (f"/v1/sessions/{customer.session_id}/orders", "/v1/sessions", "/v1/reports"):
        answered = await customer.at.call("POST", path, {"order": huge})
        assert (answered.status, answered.slug) == (413, "body-too-large")


@pytest.mark.parametrize(
    "body", [None, [], {}, {"order": 1, "signed_session": "x"}, {"order": "x"}, "text"]
)
async def test_a_body_that_fits_no_schema_is_refused(world: World, body: object) -> None:
    customer = await world.opened()
    path = f"/v1/sessions/{customer.session_id}/orders"
    headers = {"Idempotency-Key": str(uuid4())}
    answered = await customer.at.call("POST", path, body, **headers)
    await _is_refused(world, answered, 422, "invalid-fields")


async def test_without_a_token_nothing_is_done(world: World) -> None:
    customer = await world.opened()
    customer.at.token = "stolen.or.made"
    answers = await asyncio.gather(
        customer.order(), customer.open(), customer.at.document(uuid4()), customer.at.send("x")
    )
    assert {(answer.status, answer.slug) for answer in answers} == {(401, "invalid-token")}
