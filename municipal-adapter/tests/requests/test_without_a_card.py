"""Without a card's signature nothing is issued, whatever the gateway says."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.withdrawals import REFRESH_S
from madoguchi_wire.order import ResidentRecordOptions, SealRegistrationOptions
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import unverified_payload
from municipal_adapter_testing.asking import Answered, Asking, prepare_statement
from municipal_adapter_testing.centre import TERMINALS, Centre
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.profiles import CertificateKind
from store_terminal_sim.testing.enrolled import FALSE, false_enrolment

ICHIKAWA, SHIBUYA = "122033", "131130"

Ask = Callable[..., Awaitable[Answered]]


@pytest.fixture
async def honest(reception: Reception) -> Visit:
    """A visit that would get a certificate."""
    return await reception.visitor(ICHIKAWA)


@pytest.fixture
async def refused(asking: Asking, towns: dict[str, Town]) -> Callable[..., Awaitable[None]]:
    """A function that asks for a copy and holds that it is refused, and that nothing is claimed."""

    async def refused(slug: str, visit: Visit, order: str | None = None, **changes: object) -> None:
        answered = await asking.prepare(visit, order or visit.order(), None, **changes)
        assert answered.slug == slug
        connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
        try:
            sql = "SELECT count(*) FROM claims WHERE session_digest = $1"
            assert await connection.fetchval(sql, visit.digest) == 0
        finally:
            await connection.close()

    return refused


def now() -> datetime:
    return datetime.now(UTC)


SESSIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "terminal key that nobody enrolled": (
        "signature-refused",
        {"terminal_key": SigningKey.generate()},
    ),
    "terminal key of another terminal": ("signature-refused", {"terminal": TERMINALS[1]}),
    "made-up card signature": ("card-signature-refused", {"card_signature": b"\x30\x06" * 30}),
    "another gateway": ("session-of-another-terminal", {"gateway": "elsewhere.example"}),
    "another municipality": ("session-of-another-municipality", {"municipality": SHIBUYA}),
    "made-up beacon": ("beacon-refused", {"beacon": to_base64url(secrets.token_bytes(32))}),
    "opened six minutes ago": ("session-expired", {"opened_at": now() - timedelta(minutes=6)}),
    "opened tomorrow": ("session-refused", {"opened_at": now() + timedelta(days=1)}),
}


@pytest.mark.parametrize("altered", list(SESSIONS))
async def test_a_session_with_one_element_altered_is_refused(
    honest: Visit, refused: Callable[..., Awaitable[None]], altered: str
) -> None:
    slug, changes = SESSIONS[altered]
    visit = replace(honest, **changes)
    visit.municipality = ICHIKAWA
    await refused(slug, visit)


@pytest.mark.parametrize("name", FALSE)
async def test_a_false_enrolment_lends_a_terminal_no_key(
    honest: Visit, centre: Centre, refused: Callable[..., Awaitable[None]], name: str
) -> None:
    false = false_enrolment(
        name, centre.registrar, honest.terminal, honest.terminal_key, now(), centre.gateway
    )
    await refused("signature-refused", replace(honest, enrolment=false))


async def test_a_lost_terminal_is_refused_within_seconds(
    asking: Asking,
    reception: Reception,
    honest: Visit,
    centre: Centre,
    adapter_environment: dict[str, str],
    refused: Callable[..., Awaitable[None]],
) -> None:
    """As soon as the registrar's list says so; no other terminal is."""
    lists = Path(adapter_environment["ADAPTER_WITHDRAWN_ENROLMENTS"]).parent
    other = await reception.visitor(ICHIKAWA)
    centre.withdraw(lists, [honest.enrolment], number=2)
    await asyncio.sleep(REFRESH_S + 1)
    await refused("signature-refused", honest)
    centre.withdraw(lists, number=1)  # an older one brings nobody back
    await asyncio.sleep(REFRESH_S + 1)
    await refused("signature-refused", honest)
    assert (await asking.prepare(other, other.order(), str(uuid4()))).status == 200


async def test_a_session_that_a_forger_countersigned_is_refused(
    honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    forger = SigningKey(SigningKey.generate().private, honest.terminal_key.kid)
    await refused("signature-refused", replace(honest, terminal_key=forger))


async def test_a_beacon_of_another_municipality_is_refused(
    asking: Asking, honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    await refused("beacon-refused", replace(honest, beacon=await asking.beacon(SHIBUYA)))


@pytest.mark.parametrize("kept", ["certificate", "signature", "statement"])
async def test_a_session_stitched_together_from_two_cards_is_refused(
    reception: Reception, honest: Visit, refused: Callable[..., Awaitable[None]], kept: str
) -> None:
    other = await reception.visitor(ICHIKAWA)
    mine = SignedSession.parsed(unverified_payload(honest.session))
    theirs = SignedSession.parsed(unverified_payload(other.session))
    field = {"certificate": "card_certificate", "signature": "card_signature"}.get(kept, kept)
    stitched = theirs.model_copy(update={field: getattr(mine, field)})
    visit = replace(honest)
    visit.session_key = other.session_key if kept != "statement" else honest.session_key
    visit.session = stitched.signed_by(visit.terminal_key)
    await refused("card-signature-refused", visit)


async def test_a_session_that_nothing_can_be_sealed_to_is_refused_before_anything_is_claimed(
    honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    visit = replace(honest)
    visit.opening_key.public = bytes(32)
    visit.session = visit.sign()
    await refused("session-refused", visit)


async def test_session_keys_swapped_under_the_cards_signature_are_refused(
    honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    signed = SignedSession.parsed(unverified_payload(honest.session))
    for key, value in (
        ("sealing_key", to_base64url(OpeningKey(SealingSuite.X25519).public)),
        ("signing_key", SigningKey.generate().public),
        ("challenge", "another"),
        ("opened_at", signed.statement.opened_at + timedelta(milliseconds=1)),
    ):
        statement = signed.statement.model_copy(update={key: value})
        visit = replace(honest)
        visit.session = signed.model_copy(update={"statement": statement}).signed_by(
            visit.terminal_key
        )
        await refused("card-signature-refused", visit)


async def test_cards_that_do_not_hold_are_refused(
    reception: Reception, refused: Callable[..., Awaitable[None]], towns: dict[str, Town]
) -> None:
    ours, at = towns[ICHIKAWA].authority, now()
    elsewhere = CardAuthoritySim.create("test-card", KeyKind.P_384, at)
    unknown = CardAuthoritySim.create("other", KeyKind.P_384, at)
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    cards = [
        ("card-authority-unknown", elsewhere.issue(at)),
        ("card-authority-unknown", unknown.issue(at)),
        ("card-certificate-expired", ours.issue(at, lifetime=timedelta(days=-1))),
        ("card-certificate-of-wrong-kind", ours.issue(at, kind=CertificateKind.SIGNING)),
        ("card-signature-refused", ours.issue(at, key=weak)),
    ]
    for slug, card in cards:
        await refused(slug, await reception.visit(ICHIKAWA, card))


async def test_an_order_of_another_key_session_or_time_is_refused(
    reception: Reception, honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    other = await reception.visitor(ICHIKAWA)
    minutes = timedelta(minutes=1)
    for slug, order in (
        ("order-not-of-session", honest.order(key=SigningKey.generate())),
        ("order-not-of-session", honest.order(session=other.digest)),
        ("order-not-of-session", other.order()),
        ("order-not-of-session", honest.order(key=other.session_key)),
        ("order-not-of-session", honest.order(at=honest.opened_at - timedelta(seconds=1))),
        ("session-expired", honest.order(at=now() - 3 * minutes)),
        ("session-expired", honest.order(at=now() + minutes)),
        ("order-not-of-session", honest.order() + "x"),
        ("signature-refused", honest.session),
        ("signature-refused", "order"),
    ):
        await refused(slug, honest, order)


async def test_a_request_whose_own_elements_cannot_be_is_refused(
    honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    at, day = now(), timedelta(days=1)
    for slug, changes in (
        ("signature-refused", {"requested_at": at - timedelta(minutes=2)}),
        ("signature-refused", {"requested_at": at + timedelta(minutes=2)}),
        ("issuance-expired", {"deadline": at - timedelta(seconds=1)}),
        ("order-refused", {"accepted_on": japan_day(at) + day}),
        ("order-refused", {"accepted_on": japan_day(at) - 2 * day}),
        ("order-refused", {"copy_number": 2}),
    ):
        await refused(slug, honest, **changes)


async def test_more_copies_than_the_municipality_allows_are_refused(
    honest: Visit, refused: Callable[..., Awaitable[None]]
) -> None:
    await refused("option-not-offered", honest, honest.order(ResidentRecordOptions(), 6))
    await refused("option-not-offered", honest, honest.order(SealRegistrationOptions(), 3))


async def test_only_the_gateways_request_key_may_ask(
    asking: Asking, honest: Visit, centre: Centre, towns: dict[str, Town]
) -> None:
    keys = [SigningKey.generate(), centre.terminals[TERMINALS[0]], towns[ICHIKAWA].key, centre.root]
    for key in keys:
        statement = prepare_statement(honest, honest.order(), str(uuid4()))
        path = f"{ICHIKAWA}/issuances/{statement.issuance}/prepare"
        assert (await asking.send(path, statement, key=key)).slug == "signature-refused"


async def test_a_request_that_a_forger_signed_is_refused(
    asking: Asking, honest: Visit, centre: Centre
) -> None:
    """Under the name of the gateway's key."""
    statement = prepare_statement(honest, honest.order(), str(uuid4()))
    forger = SigningKey(SigningKey.generate().private, centre.gateway.kid)
    path = f"{ICHIKAWA}/issuances/{statement.issuance}/prepare"
    assert (await asking.send(path, statement, key=forger)).slug == "signature-refused"


async def test_a_request_for_another_municipality_or_issuance_than_its_path_is_refused(
    asking: Asking, honest: Visit
) -> None:
    statement = prepare_statement(honest, honest.order(), str(uuid4()))
    for code, issuance in ((SHIBUYA, statement.issuance), (ICHIKAWA, str(uuid4()))):
        answered = await asking.send(f"{code}/issuances/{issuance}/prepare", statement)
        assert answered.slug == "signature-refused"
    answered = await asking.send(f"132047/issuances/{statement.issuance}/prepare", statement)
    assert (answered.status, answered.slug) == (404, "municipality-unknown")
    answered = await asking.send(f"{ICHIKAWA}/issuances/1/prepare", statement)
    assert (answered.status, answered.slug) == (422, "invalid-fields")
