"""The same issuance gets the same answer; a copy belongs to one issuance, an order is used once."""

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import pytest
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.order import ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


async def test_twenty_who_ask_at_once_get_one_certificate_number_and_the_same_bytes(
    asking: Asking, reception: Reception, towns: dict[str, Town]
) -> None:
    visit = await reception.visitor(ICHIKAWA)
    order, issuance = visit.order(), str(uuid4())
    first = await asyncio.gather(*(asking.prepare(visit, order, issuance) for _ in range(20)))
    slugs = Counter(answered.slug for answered in first)
    assert slugs.keys() <= {"", "prepare-in-progress"}
    assert slugs[""] >= 1
    again = await asyncio.gather(*(asking.prepare(visit, order, issuance) for _ in range(20)))
    assert len({one.body for one in [*first, *again] if one.status == 200}) == 1
    assert all(one.status == 200 for one in again)
    connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
    sql = "SELECT count(*) FROM claims WHERE session_digest = $1"
    assert await connection.fetchval(sql, visit.digest) == 1
    await connection.close()


async def test_a_copy_is_prepared_under_one_issuance_only(
    asking: Asking, reception: Reception
) -> None:
    visit = await reception.visitor(ICHIKAWA)
    order = visit.order(ResidentRecordOptions(), 2)
    assert (await asking.prepare(visit, order)).status == 200
    assert (await asking.prepare(visit, order)).slug == "order-replayed"
    assert (await asking.prepare(visit, order, copy_number=2)).status == 200


async def test_an_issuance_is_for_one_copy_only(asking: Asking, reception: Reception) -> None:
    visit, issuance = await reception.visitor(ICHIKAWA), str(uuid4())
    order = visit.order(ResidentRecordOptions(), 2)
    assert (await asking.prepare(visit, order, issuance)).status == 200
    assert (await asking.prepare(visit, order, issuance, copy_number=2)).slug == "order-replayed"
    assert (await asking.prepare(visit, visit.order(), issuance)).slug == "order-replayed"


async def test_an_order_whose_signature_is_spelt_another_way_is_no_order(
    asking: Asking, reception: Reception
) -> None:
    visit = await reception.visitor(ICHIKAWA)
    order = visit.order()
    assert (await asking.prepare(visit, order)).status == 200
    respelt = other_signature(order)
    assert respelt != order
    assert (await asking.prepare(visit, respelt)).slug == "order-not-of-session"


async def test_a_refusal_is_repeated_even_when_its_reason_is_gone(
    asking: Asking, reception: Reception, towns: dict[str, Town]
) -> None:
    living = await reception.settle(ICHIKAWA, Person(protected=True))
    visit = await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
    order, issuance = visit.order(), str(uuid4())
    first = await asking.prepare(visit, order, issuance)
    connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
    sql = "UPDATE residents SET protected = false WHERE resident_id = $1"
    await connection.execute(sql, living.resident)
    await connection.close()
    again = await asking.prepare(visit, order, issuance)
    assert (again.status, again.body) == (first.status, first.body)
    assert (await asking.prepare(visit, visit.order())).status == 200


OF_HOLDER = "WHERE resident_id = $1"
NUMBER = "registration_number"
OF_HOUSEHOLD = f"WHERE household_id = (SELECT household_id FROM residents {OF_HOLDER})"
CHANGES = {
    "card ended": (
        f"UPDATE card_registrations SET ended_at = now() {OF_HOLDER}",
        f"UPDATE card_registrations SET ended_at = NULL {OF_HOLDER}",
        "come-to-the-counter",
    ),
    "protected": (
        f"UPDATE residents SET protected = true {OF_HOLDER}",
        f"UPDATE residents SET protected = false {OF_HOLDER}",
        "come-to-the-counter",
    ),
    "deceased": (
        f"UPDATE residents SET status = 'deceased' {OF_HOLDER}",
        f"UPDATE residents SET status = 'current' {OF_HOLDER}",
        "come-to-the-counter",
    ),
    "seal cancelled": (
        f"UPDATE seal_registrations SET status = 'cancelled' {OF_HOLDER}",
        f"UPDATE seal_registrations SET status = 'active' {OF_HOLDER}",
        "no-seal-registered",
    ),
    "another seal": (
        f"UPDATE seal_registrations SET {NUMBER} = 'new' || {NUMBER} {OF_HOLDER}",
        f"UPDATE seal_registrations SET {NUMBER} = substr({NUMBER}, 4) {OF_HOLDER}",
        "come-to-the-counter",
    ),
    "another address": (
        f"UPDATE households SET address = address || '九号' {OF_HOUSEHOLD}",
        f"UPDATE households SET address = replace(address, '九号', '') {OF_HOUSEHOLD}",
        "come-to-the-counter",
    ),
}
"""Forth, back, and what a repeat hears in between."""


@pytest.mark.parametrize("change", list(CHANGES))
async def test_a_kept_answer_is_given_again_only_while_the_rules_release_it(
    asking: Asking, reception: Reception, towns: dict[str, Town], change: str
) -> None:
    forth, back, slug = CHANGES[change]
    living = await reception.settle(ICHIKAWA, Person())
    visit = await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
    order, issuance = visit.order(SealRegistrationOptions()), str(uuid4())
    first = await asking.prepare(visit, order, issuance)
    assert first.status == 200
    connection = await asyncpg.connect(towns[ICHIKAWA].database_url)
    try:
        await connection.execute(forth, living.resident)
        assert (await asking.prepare(visit, order, issuance)).slug == slug
        await connection.execute(back, living.resident)
    finally:
        await connection.close()
    assert (await asking.prepare(visit, order, issuance)).body == first.body


def other_signature(token: str) -> str:
    """Return the same statement under the other valid spelling of its ECDSA signature."""
    signed, signature = token.rsplit(".", 1)
    raw = from_base64url(signature)
    mirrored = P256_ORDER - int.from_bytes(raw[32:], "big")
    return f"{signed}.{to_base64url(raw[:32] + mirrored.to_bytes(32, 'big'))}"
