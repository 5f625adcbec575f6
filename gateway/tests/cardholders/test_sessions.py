"""A session opens once, for a good card at the terminal that sends it, and never otherwise."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.x509 import ReasonFlags
from gateway_testing.books import read_books
from gateway_testing.customer import Answered, Customer
from gateway_testing.world import ICHIKAWA, OTHER_STORE, PIN, SHIBUYA, World, eventually
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.sealing import SealingSuite
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.profiles import CertificateKind
from store_terminal_sim.testing.enrolled import FALSE, false_enrolment

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


async def _is_refused(world: World, answered: Answered, status: int, slug: str) -> None:
    assert (answered.status, answered.slug) == (status, slug), answered.json
    assert answered.json["charged"] is False
    assert await world.pool.fetchval("SELECT count(*) FROM sessions") == 0
    assert slug in (await read_books(world.pool)).refusals


@pytest.mark.parametrize(
    ("card", "slug"),
    [
        ("expired", "card-certificate-expired"),
        ("signing kind", "card-certificate-of-wrong-kind"),
        ("another authority", "card-authority-unknown"),
        ("an impostor of the authority", "card-authority-unknown"),
    ],
)
async def test_a_card_that_does_not_count_is_refused(world: World, card: str, slug: str) -> None:
    now = datetime.now(UTC)
    cards = {
        "expired": lambda: world.card(lifetime=timedelta(days=-1)),
        "signing kind": lambda: world.card(kind=CertificateKind.SIGNING),
        "another authority": lambda: CardAuthoritySim.create("other", KeyKind.P_384, now).issue(
            now, pin=PIN
        ),
        "an impostor of the authority": lambda: CardAuthoritySim.create(
            world.authority.name, KeyKind.P_384, now
        ).issue(now, pin=PIN),
    }
    customer = await world.customer(card=cards[card]())
    await _is_refused(world, await customer.open(), 403, slug)
    assert (await read_books(world.pool)).refused_of(ICHIKAWA) == [slug]


@pytest.mark.parametrize(
    ("reason", "slug"),
    [
        (ReasonFlags.key_compromise, "card-certificate-revoked"),
        (ReasonFlags.certificate_hold, "card-certificate-on-hold"),
    ],
)
async def test_a_revoked_or_held_card_is_refused(
    world: World, reason: ReasonFlags, slug: str
) -> None:
    card = world.card()
    world.authority.revoke(card.serial, datetime.now(UTC), reason)
    await asyncio.to_thread(world.write_crl)

    async def refused() -> bool:
        return (await (await world.customer(card=card)).open()).slug == slug

    await eventually(refused)
    assert slug in (await read_books(world.pool)).refusals


async def test_a_card_revoked_after_the_session_orders_nothing(world: World) -> None:
    customer = await world.opened()
    world.authority.revoke(customer.card.serial, datetime.now(UTC))
    await asyncio.to_thread(world.write_crl)
    await eventually(lambda: _is_revoked(world, customer))
    answered = await customer.order()
    assert (answered.status, answered.slug) == (403, "card-certificate-revoked")
    assert world.city.asked == []


async def _is_revoked(world: World, customer: Customer) -> bool:
    return (await (await world.customer(card=customer.card)).open()).status == 403


async def test_an_unreachable_revocation_list_closes_the_counter_only_when_it_is_old(
    new_world: OpenWorld,
) -> None:
    async with new_world(crl_maximum_age_seconds=3) as world:
        world.write_crl()
        await asyncio.to_thread((world.folder / "cards.crl").unlink)
        assert (await (await world.customer()).open()).status == 201
        customer = await world.customer()

        async def refused() -> bool:
            return (await customer.open(customer.sign())).slug == "revocation-unknown"

        await eventually(refused)


async def test_another_card_cannot_sign_for_this_one(world: World) -> None:
    customer, thief = await world.customer(), world.card()
    signature = thief.sign(b"something else", PIN)
    answered = await customer.open(customer.sign(signature=signature))
    await _is_refused(world, answered, 403, "card-signature-refused")


async def test_a_session_countersigned_by_a_key_of_nobody_is_refused(world: World) -> None:
    customer = await world.customer()
    customer.at.key = SigningKey.generate()
    await _is_refused(world, await customer.open(customer.sign()), 403, "signature-refused")


async def test_a_session_that_a_forger_countersigned_is_refused(world: World) -> None:
    customer = await world.customer()
    customer.at.key = SigningKey(SigningKey.generate().private, customer.at.key.kid)
    await _is_refused(world, await customer.open(customer.sign()), 403, "signature-refused")


@pytest.mark.parametrize("name", FALSE)
async def test_a_false_enrolment_lends_a_terminal_no_key(world: World, name: str) -> None:
    customer, now = await world.customer(), datetime.now(UTC)
    at = customer.at
    at.enrolment = false_enrolment(
        name, world.registrar, at.terminal, at.key, now, world.request_key
    )
    await _is_refused(world, await customer.open(customer.sign()), 403, "signature-refused")


async def test_a_session_of_another_terminal_is_refused(world: World) -> None:
    here, there = await world.customer(), await world.customer(terminal=OTHER_STORE)
    answered = await here.open(there.session)
    await _is_refused(world, answered, 403, "session-of-another-terminal")
    # Nor can a terminal write another one's name into a session that it countersigns itself.
    answered = await here.open(here.sign(terminal=OTHER_STORE))
    await _is_refused(world, answered, 403, "signature-refused")


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"gateway": "elsewhere.example"}, "session-of-another-terminal"),
        ({"municipality": SHIBUYA}, "challenge-refused"),
        ({"municipality": "122034"}, "signature-refused"),
        ({"municipality": "011002"}, "municipality-unknown"),
        ({"challenge": "AAAA"}, "challenge-refused"),
        ({"challenge": "窓口"}, "challenge-refused"),
        ({"sealing_key": to_base64url(bytes(32))}, "session-refused"),
        ({"sealing_key": to_base64url(b"\x01" * 31)}, "session-refused"),
        ({"sealing_suite": SealingSuite.MLKEM768_X25519}, "session-refused"),
        ({"signing_key": to_base64url(b"no key")}, "session-refused"),
        ({"opened_at": datetime(2010, 2, 2, tzinfo=UTC)}, "session-expired"),
        ({"opened_at": datetime(2099, 2, 2, tzinfo=UTC)}, "session-refused"),
    ],
    ids=[
        *("another gateway", "another municipality", "no municipality", "an unknown municipality"),
        *("a made-up challenge", "a challenge of other letters", "a sealing key of zeros"),
        *("a short sealing key", "a key of another suite", "no signing key"),
        *("opened long ago", "opened in the future"),
    ],
)
async def test_a_session_that_says_something_else_is_refused(
    world: World, changes: dict[str, Any], slug: str
) -> None:
    customer = await world.customer()
    answered = await customer.open(customer.sign(**changes))
    await _is_refused(world, answered, 404 if slug == "municipality-unknown" else 403, slug)


async def test_a_terminals_clock_that_is_ahead_makes_no_session_longer(world: World) -> None:
    customer = await world.customer()
    token = customer.sign(opened_at=datetime.now(UTC) + timedelta(seconds=20))
    answered = await customer.open(token)
    ends = datetime.fromisoformat(answered.json["expires_at"])
    assert ends <= datetime.now(UTC) + timedelta(minutes=5)


async def test_the_challenge_of_another_terminal_is_refused(world: World) -> None:
    here, there = await world.customer(), await world.customer(terminal=OTHER_STORE)
    answered = await here.open(here.sign(challenge=there.menu.challenge))
    await _is_refused(world, answered, 403, "challenge-refused")


async def test_a_beacon_that_was_not_shown_with_the_challenge_is_refused(world: World) -> None:
    customer = await world.customer()
    answered = await customer.open(customer.sign(beacon="another"))
    await _is_refused(world, answered, 403, "challenge-refused")


async def test_a_suspended_municipality_opens_no_session(world: World) -> None:
    customer = await world.customer()
    await world.suspend()

    async def refused() -> bool:
        return (await customer.open(customer.sign())).slug == "municipality-not-live"

    await eventually(refused)


async def test_a_session_opens_once_whatever_replica_is_asked(two_replicas: World) -> None:
    world = two_replicas
    customer = await world.customer()
    other = world.terminal(replica=1)
    body = {"signed_session": customer.session}
    answers = await asyncio.gather(
        *(at.call("POST", "/v1/sessions", body) for at in [customer.at, other] * 10)
    )
    assert sorted(answer.status for answer in answers) == [201] + [409] * 19
    assert {answer.slug for answer in answers} == {"", "session-reused"}
    assert len((await read_books(world.pool)).named("session.opened")) == 1


async def test_a_challenge_opens_one_session(world: World) -> None:
    customer = await world.customer()
    assert (await customer.open()).status == 201
    answered = await customer.open(customer.sign())
    assert (answered.status, answered.slug) == (409, "session-reused")


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 70_000, "ä.ö.ü", "e30.e30.e30"])
async def test_what_is_no_session_is_refused(world: World, token: str) -> None:
    answered = await world.terminal().call("POST", "/v1/sessions", {"signed_session": token})
    await _is_refused(world, answered, 403, "signature-refused")


async def test_a_household_is_asked_only_in_an_open_session_of_this_terminal(world: World) -> None:
    customer, other = await world.opened(), await world.opened(terminal=OTHER_STORE)
    own = customer.session_id
    customer.session_id = other.session_id
    assert (await customer.ask_household())[1].slug == "session-unknown"
    customer.session_id = str(uuid4())
    assert (await customer.ask_household())[1].slug == "session-unknown"
    customer.session_id, signing = own, customer.session_key
    customer.session_key = SigningKey.generate()
    assert (await customer.ask_household())[1].slug == "order-not-of-session"
    customer.session_key = signing
    assert (await customer.ask_household())[1].status == 200
    assert len((await read_books(world.pool)).named("household.shown")) == 1
