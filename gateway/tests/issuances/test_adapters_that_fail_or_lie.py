"""Whatever an adapter answers, only what was asked is delivered; the rest ends by the table."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from aiohttp import web
from gateway_testing.books import read_books
from gateway_testing.city import Misdeed
from gateway_testing.world import ICHIKAWA, SHIBUYA, World, eventually
from local_stack.ports import free_port
from madoguchi_wire.adapter_api import Prepared
from madoguchi_wire.attestation import Attestation, new_card_commitment
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import (
    BeaconRefused,
    CardCertificateRevoked,
    MadoguchiError,
    MemberUnknown,
    NoSealRegistered,
    OrderInFlight,
    PersonRefused,
    ReadBackFailed,
    RevocationUnknown,
    SignatureRefused,
    UnderAge,
)
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind
from store_terminal_sim.testing.honest_city import unaltered

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


def _changed(**changes: object) -> Callable[[Attestation], Attestation]:
    return lambda attestation: attestation.model_copy(update=changes)


def _other_card(attestation: Attestation) -> Attestation:
    salt, commitment = new_card_commitment(b"another card certificate")
    return attestation.model_copy(update={"card_salt": salt, "card_commitment": commitment})


def _expired(attestation: Attestation) -> Attestation:
    past = attestation.issued_at - timedelta(hours=1)
    return attestation.model_copy(update={"expires_at": past})


def _moved(by: timedelta) -> Callable[[Attestation], Attestation]:
    def moved(said: Attestation) -> Attestation:
        times = {"issued_at": said.issued_at + by, "expires_at": said.expires_at + by}
        return said.model_copy(update=times)

    return moved


def _long_lived(attestation: Attestation) -> Attestation:
    later = attestation.issued_at + timedelta(days=4000)
    return attestation.model_copy(update={"expires_at": later})


LIES: dict[str, Callable[[Attestation], Attestation]] = {
    "another issuance": _changed(issuance="00000000-0000-4000-8000-000000000000"),
    "another order": _changed(order="0" * 64),
    "another session": _changed(session="0" * 64),
    "another copy": _changed(copy_number=2),
    "another card": _other_card,
    "another municipality": _changed(municipality=SHIBUYA),
    "another kind": _changed(kind=Kind.SEAL_REGISTRATION),
    "a build that is not allowed": _changed(build="made at home"),
    "a test paper": _changed(test=True),
    "already expired": _expired,
    "made before it was asked for": _moved(timedelta(minutes=-2)),
    "made tomorrow": _moved(timedelta(days=1)),
    "good for years": _long_lived,
    "other ciphertext": _changed(ciphertext_sha256="0" * 64),
    "an unprintable number": _changed(certificate_number="1\x00"),
    "an endless number": _changed(certificate_number="1" * 65),
}


@pytest.mark.parametrize("lie", LIES)
async def test_an_attestation_of_something_else_is_quarantined_and_never_delivered(
    world: World, lie: str
) -> None:
    world.city.honest.alter = LIES[lie]
    await _is_quarantined(world)


async def test_an_attestation_by_another_key_is_quarantined(world: World) -> None:
    world.city.honest.key = SigningKey.generate()
    await _is_quarantined(world)


async def test_an_attestation_that_a_forger_signed_is_quarantined(world: World) -> None:
    """Under the name of the municipality's key, and with nothing else amiss."""
    forger = SigningKey.generate().private
    world.city.honest.key = SigningKey(forger, world.city.honest.key.kid)
    await _is_quarantined(world)


async def test_a_build_that_the_municipalitys_file_does_not_name_is_quarantined(
    world: World,
) -> None:
    """Though the trust list allows it: the file is the faster way to take one out."""
    await world.prepared()
    before = (await world.menu(world.terminal())).configuration_version
    await world.configure(builds=[{"build": "another"}])

    async def in_force() -> bool:
        return (await world.menu(world.terminal())).configuration_version > before

    await eventually(in_force)
    await _is_quarantined(world)


@pytest.mark.parametrize("what", ["swapped", "attestation only", "ciphertext only"])
async def test_the_document_of_somebody_else_is_quarantined(world: World, what: str) -> None:
    await world.prepared()
    (theirs,) = world.city.answers.values()

    def twist(own: Prepared) -> Prepared:
        changes = {
            "swapped": theirs,
            "attestation only": own.model_copy(update={"attestation": theirs.attestation}),
            "ciphertext only": own.model_copy(update={"ciphertext": theirs.ciphertext}),
        }
        return changes[what]

    world.city.twist = twist
    await _is_quarantined(world)


async def _is_quarantined(world: World) -> None:
    customer = await world.opened()
    answered = await customer.order()
    assert (answered.status, answered.slug) == (502, "attestation-refused"), answered.json
    books = await read_books(world.pool)
    (issuance,) = [name for name, state in books.states.items() if state == "quarantined"]
    assert books.types(issuance) == ["accepted", "quarantined"]
    assert books.alarms == ["attestation_refused"]
    assert (await customer.at.document(issuance)).slug == "issuance-quarantined"

    async def told() -> bool:
        return [one.issuance for one in world.city.outcomes] == [issuance]

    await eventually(told)
    assert world.city.outcomes[0].outcome == "quarantined"


REFUSALS: list[tuple[MadoguchiError, int]] = [
    (PersonRefused("moved to a secret address"), 403),
    (UnderAge(), 403),
    (NoSealRegistered(), 403),
    (MemberUnknown(), 403),
    (CardCertificateRevoked(), 403),
    (BeaconRefused(), 403),
    (RevocationUnknown(), 503),
]


@pytest.mark.parametrize(("refusal", "status"), REFUSALS, ids=lambda value: str(value)[:20])
async def test_a_refusal_of_the_municipality_is_passed_on_in_our_words(
    world: World, refusal: MadoguchiError, status: int
) -> None:
    world.city.refusal = refusal
    customer = await world.opened()
    answered = await customer.order()
    assert (answered.status, answered.slug) == (status, refusal.slug)
    assert "secret" not in answered.body.decode()
    books = await read_books(world.pool)
    (issuance,) = books.states
    assert books.types(issuance) == ["accepted", "refused"]
    assert books.events[issuance][-1]["data"]["problem"] == refusal.slug
    assert books.refusals == []


async def test_a_document_that_failed_its_own_check_is_quarantined_with_an_alarm(
    world: World,
) -> None:
    world.city.refusal = ReadBackFailed("a page of somebody else")
    answered = await (await world.opened()).order()
    assert (answered.status, answered.slug) == (502, "read-back-refused")
    assert "somebody else" not in answered.body.decode()
    books = await read_books(world.pool)
    (issuance,) = books.states
    assert books.types(issuance) == ["accepted", "quarantined"]
    assert books.alarms == ["read_back_refused"]


@pytest.mark.parametrize("refusal", [OrderInFlight(), SignatureRefused()])
async def test_an_adapter_cannot_speak_for_the_gateway(
    world: World, refusal: MadoguchiError
) -> None:
    world.city.refusal = refusal
    answered = await (await world.opened()).order()
    assert (answered.status, answered.slug) == (502, "adapter-nonsense")


async def _html(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>It works!</html>", content_type="text/html")


async def _empty(_: web.Request) -> web.StreamResponse:
    return web.Response()


async def _nothing(_: web.Request) -> web.StreamResponse:
    return web.Response(content_type="application/json")


async def _page_as_json(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>It works!</html>", content_type="application/json")


async def _other_json(_: web.Request) -> web.StreamResponse:
    return web.json_response({"attestation": 1, "ciphertext": ["x"]})


async def _deep_json(_: web.Request) -> web.StreamResponse:
    return web.Response(status=403, text="[" * 100_000)


async def _no_base64(_: web.Request) -> web.StreamResponse:
    return web.json_response({"attestation": "a.b.c", "ciphertext": "***"})


async def _elsewhere(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:9/")


async def _huge(_: web.Request) -> web.StreamResponse:
    body = {"attestation": "x", "ciphertext": to_base64url(b"x" * (9 * 1024 * 1024))}
    return web.json_response(body)


async def _hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def _gateway_error(_: web.Request) -> web.StreamResponse:
    return web.Response(status=502, text="<html>Bad gateway</html>")


@pytest.mark.parametrize(
    ("misdeed", "status", "slug"),
    [
        (_html, 503, "adapter-unreachable"),
        (_empty, 503, "adapter-unreachable"),
        (_deep_json, 502, "adapter-nonsense"),
        (_elsewhere, 502, "adapter-nonsense"),
        (_hang_up, 503, "adapter-unreachable"),
        (_gateway_error, 503, "adapter-unreachable"),
    ],
)
async def test_nonsense_refuses_the_issuance_and_a_repeat_gets_the_same_answer(
    world: World, misdeed: Misdeed, status: int, slug: str
) -> None:
    world.city.misdeed = misdeed
    customer = await world.opened()
    order, key = customer.signed_order(), "8f4e2a52-3f0e-4b6b-9c7e-0d9a3a1f6a10"
    first = await customer.order(order, key=key)
    assert (first.status, first.slug) == (status, slug), first.json
    world.city.misdeed = None
    second = await customer.order(order, key=key)
    assert (second.status, second.body) == (first.status, first.body)
    assert first.json["retryable"] is False, "a repeat gets the same, so none is asked for"
    books = await read_books(world.pool)
    assert list(books.states.values()) == ["refused"]
    assert not any(books.purposes.values())
    assert (books.stops, books.alarms) == ([], []), "a page of a proxy closes no city"


NO_ANSWERS: dict[str, Misdeed] = {
    "ciphertext that is none": _no_base64,
    "another schema": _other_json,
    "nothing": _nothing,
    "a page": _page_as_json,
    "more than any document": _huge,
}


@pytest.mark.parametrize("what", NO_ANSWERS)
async def test_a_good_answer_that_makes_no_sense_is_a_mismatch(world: World, what: str) -> None:
    world.city.misdeed = NO_ANSWERS[what]
    await _is_quarantined(world)
    assert (await read_books(world.pool)).stops == [(ICHIKAWA, None, "mismatch")]


async def test_an_adapter_that_is_down_is_unreachable(world: World) -> None:
    customer = await world.opened()
    await world.configure(adapters=[f"http://127.0.0.1:{free_port()}"])

    async def unreachable() -> bool:
        return (await customer.order()).slug == "adapter-unreachable"

    await eventually(unreachable)


async def test_the_second_adapter_of_a_municipality_helps_the_first(world: World) -> None:
    await world.configure(adapters=[f"http://127.0.0.1:{free_port()}", world.adapter])
    await asyncio.sleep(0.5)
    _, issuance = await world.prepared()
    assert (await read_books(world.pool)).states == {issuance: "prepared"}


async def test_a_late_answer_belongs_to_nobody(new_world: OpenWorld) -> None:
    async with new_world(issuance_deadline_seconds=0.5) as world:
        world.city.delay_s = 1
        customer = await world.opened()
        order, key = customer.signed_order(), "0b6f6a0e-7a5f-4a3e-8b16-0d6a6e8f9b11"

        async def timed_out() -> bool:
            return (await customer.order(order, key=key)).slug == "prepare-timeout"

        await eventually(timed_out)
        await asyncio.sleep(0.8)
        world.city.delay_s = 0
        answered = await customer.order(order, key=key)
        assert (answered.status, answered.slug) == (504, "prepare-timeout")
        books = await read_books(world.pool)
        (issuance,) = books.states
        assert books.types(issuance) == ["accepted", "expired"]
        assert (await customer.at.document(issuance)).slug == "issuance-expired"


async def test_copies_fail_one_by_one(world: World) -> None:
    def second_copy_lies(attestation: Attestation) -> Attestation:
        if attestation.copy_number != 2:
            return unaltered(attestation)
        return attestation.model_copy(update={"order": "0" * 64})

    world.city.honest.alter = second_copy_lies
    customer = await world.opened()
    answer = (await customer.order(customer.signed_order(copies=3))).order
    problems = [issued.problem and issued.problem.type for issued in answer.issuances]
    assert problems == [None, "/problems/attestation-refused", None]
    assert sorted((await read_books(world.pool)).states.values()) == [
        "prepared",
        "prepared",
        "quarantined",
    ]
