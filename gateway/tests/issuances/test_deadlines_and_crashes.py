"""What deadlines end, what a dead replica leaves behind, and who may go on with it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from gateway_testing.books import read_books
from gateway_testing.customer import PRICE
from gateway_testing.world import World, eventually
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.reports import Completed, Money, NotMine, Paid, Rejected, Voided, VoidReason
from store_terminal_sim.testing.honest_city import PAGES

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]
REJECTED = Rejected(what="card", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64)
_DIE = """
    UPDATE orders SET leased_until = madoguchi_now() - interval '1 second'
    WHERE EXISTS (SELECT FROM issuances WHERE issuances.order_id = orders.order_id
                  AND state = 'accepted')
"""
_OVER = """
    UPDATE issuances SET deadline = madoguchi_now() - interval '1 second' WHERE issuance_id = $1
"""
_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_MOMENTS = """
    SELECT issuances.accepted_at, issuances.prepared_at, orders.created_at AS ordered_at
    FROM issuances JOIN orders USING (order_id)
"""


async def _in_state(world: World, issuance: str, state: str) -> bool:
    return (await read_books(world.pool)).states[issuance] == state


async def test_another_replica_resumes_an_order_whose_replica_died(two_replicas: World) -> None:
    world = two_replicas
    customer, other = await world.opened(), world.terminal(replica=1)
    order, key = customer.signed_order(copies=2), str(uuid4())
    world.city.delay_s = 3
    dying = asyncio.create_task(customer.order(order, key=key))

    async def accepted() -> bool:
        return len((await read_books(world.pool)).states) == 2

    await eventually(accepted)
    in_flight = await customer.order(order, key=key, at=other)
    assert (in_flight.status, in_flight.slug) == (409, "order-in-flight")
    # Its lease runs out, as when nobody renews it any more.
    world.city.delay_s = 0
    await world.pool.execute(_DIE)
    resumed = (await customer.order(order, key=key, at=other)).order
    assert [issued.problem for issued in resumed.issuances] == [None, None]
    late = (await dying).order
    assert late == resumed
    books = await read_books(world.pool)
    for issuance in books.states:
        assert books.types(issuance) == ["accepted", "prepared"]
    assert len(world.city.answers) == 2


async def test_an_order_nobody_resumes_expires_and_its_adapter_hears_of_it(
    new_world: OpenWorld,
) -> None:
    async with new_world(issuance_deadline_seconds=1) as world:
        customer, key = await world.opened(), str(uuid4())
        order = customer.signed_order()
        world.city.delay_s = 30
        dying = asyncio.create_task(customer.order(order, key=key))

        async def ended() -> bool:
            return [one.outcome for one in world.city.outcomes] == ["expired"]

        await eventually(ended)
        assert (await dying).slug in {"prepare-timeout", "order-in-flight"}
        answered = await customer.order(order, key=key)
        assert (answered.status, answered.slug) == (504, "prepare-timeout")
        books = await read_books(world.pool)
        assert list(books.states.values()) == ["expired"]


async def test_a_prepared_paper_that_nobody_fetches_expires(world: World) -> None:
    customer, issuance = await world.prepared()
    await world.pool.execute("UPDATE issuances SET deadline = madoguchi_now()")
    assert (await customer.at.document(issuance)).slug == "issuance-expired"
    await eventually(lambda: _in_state(world, issuance, "expired"))
    books = await read_books(world.pool)
    assert books.types(issuance) == ["accepted", "prepared", "expired"]
    assert await world.pool.fetchval("SELECT count(*) FROM sealed_documents") == 0


async def test_at_the_deadline_a_paper_is_either_delivered_or_expired(two_replicas: World) -> None:
    world = two_replicas
    customer = await world.opened()
    answer = (await customer.order(customer.signed_order(copies=5))).order
    soon = "UPDATE issuances SET deadline = madoguchi_now() + interval '1 second'"
    await world.pool.execute(soon)
    replicas = [world.terminal(replica=0), world.terminal(replica=1)]
    outcomes: dict[str, set[str]] = {str(one.issuance): set() for one in answer.issuances}
    for number in range(60):
        for name, slugs in outcomes.items():
            if number % 5 == list(outcomes).index(name) or number > 20:
                slugs.add((await replicas[number % 2].document(name)).slug or "bytes")
    await eventually(lambda: _nothing_prepared(world))
    books = await read_books(world.pool)
    for name, slugs in outcomes.items():
        expected = {"delivered": {"bytes"}, "expired": {"issuance-expired"}}
        assert slugs == expected[books.states[name]]


async def test_a_document_whose_deadline_passes_while_it_is_fetched_stays_here(
    world: World,
) -> None:
    customer, issuance = await world.prepared()
    async with world.pool.acquire() as other, other.transaction():
        await other.execute(_OVER, UUID(issuance))
        fetching = asyncio.create_task(customer.at.document(issuance))
        await eventually(lambda: _somebody_waits(world))
    answered = await fetching
    assert (answered.status, answered.slug) == (410, "issuance-expired")


async def _somebody_waits(world: World) -> bool:
    return bool(await world.pool.fetchval(_WAITING))


async def _nothing_prepared(world: World) -> bool:
    return "prepared" not in (await read_books(world.pool)).states.values()


async def test_a_lost_document_is_said_to_be_lost(world: World) -> None:
    customer, issuance = await world.prepared()
    delivered, other = await world.delivered()
    await world.pool.execute("DELETE FROM sealed_documents")
    for who, name in ((customer, issuance), (delivered, other)):
        answered = await who.at.document(name)
        assert (answered.status, answered.slug) == (410, "document-lost")
    books = await read_books(world.pool)
    assert (books.states[issuance], books.states[other]) == ("prepared", "delivered")


async def test_silence_of_a_terminal_is_doubt_that_its_reports_resolve(
    new_world: OpenWorld,
) -> None:
    async with new_world(report_deadline_seconds=1) as world:
        paid, was_paid = await world.paid()
        silent, never_paid = await world.delivered()
        await eventually(lambda: _in_state(world, was_paid, "in_doubt"))
        await eventually(lambda: _in_state(world, never_paid, "in_doubt"))
        late = await silent.at.report(never_paid, Paid(yen=PRICE))
        assert (late.json["state"], late.json["go"]) == ("in_doubt", False)
        wrong = await silent.at.report(never_paid, Completed(pages=PAGES))
        assert wrong.json["state"] == "in_doubt"
        void = Voided(reason=VoidReason.RESTARTED, money=Money.REFUNDED)
        assert (await silent.at.report(never_paid, void)).json["state"] == "voided"
        done = await paid.at.report(was_paid, Completed(pages=PAGES))
        assert done.json["state"] == "completed"
        books = await read_books(world.pool)
        assert books.types(was_paid)[-2:] == ["in_doubt", "completed"]
        assert set(books.metered) == {was_paid}
        assert books.purposes[never_paid] == {}


async def test_a_rejected_document_is_quarantined_and_reports_change_nothing_more(
    world: World,
) -> None:
    customer, issuance = await world.delivered()
    rejected = await customer.at.report(issuance, REJECTED)
    assert (rejected.json["state"], rejected.json["go"]) == ("quarantined", False)
    for body in (Paid(yen=PRICE), Completed(pages=PAGES)):
        answered = await customer.at.report(issuance, body)
        assert (answered.json["state"], answered.json["go"]) == ("quarantined", False)
    void = Voided(reason=VoidReason.DOCUMENT_REJECTED, money=Money.NOT_TAKEN)
    assert (await customer.at.report(issuance, void)).json["state"] == "quarantined"
    assert (await customer.at.document(issuance)).slug == "issuance-quarantined"
    books = await read_books(world.pool)
    assert books.alarms == ["document_rejected"]
    assert books.types(issuance)[3:] == ["quarantined"] + ["report.kept"] * 3


async def test_a_wrong_amount_or_number_of_pages_gets_no_go(world: World) -> None:
    customer, issuance = await world.delivered()
    short = await customer.at.report(issuance, Paid(yen=PRICE - 1))
    assert (short.json["state"], short.json["go"]) == ("delivered", False)
    assert (await customer.at.report(issuance, Paid(yen=PRICE))).json["go"] is True
    more = await customer.at.report(issuance, Completed(pages=PAGES + 1))
    assert more.json["state"] == "paid"
    books = await read_books(world.pool)
    assert books.alarms == ["completed_with_other_pages", "paid_another_amount"]
    assert books.purposes[issuance] == {"fee_deposited": PRICE}


async def test_a_report_of_another_terminal_or_key_is_refused(world: World) -> None:
    customer, issuance = await world.delivered()
    other = world.terminal("tokiwa-0002-1")
    foreign = await other.send(customer.at.signed(issuance, Paid(yen=PRICE)))
    assert (foreign.status, foreign.slug) == (403, "signature-refused")
    for body in (Paid(yen=PRICE), Completed(pages=PAGES), NotMine()):
        own = await other.report(issuance, body)
        assert (own.status, own.slug) == (404, "issuance-unknown")
    assert (await other.document(issuance)).slug == "issuance-unknown"
    other.terminal = customer.at.terminal
    forged = await customer.at.send(other.signed(issuance, Paid(yen=PRICE)))
    assert (forged.status, forged.slug) == (403, "signature-refused")
    for name in (str(uuid4()), "no issuance", issuance.upper(), f"{{{issuance}}}"):
        unknown = await customer.at.report(name, Paid(yen=PRICE))
        assert (unknown.status, unknown.slug) == (404, "issuance-unknown")
    endless = customer.at.signed(issuance, Paid(yen=PRICE), sequence=2**63)
    assert (await customer.at.send(endless)).slug == "invalid-fields"
    assert (await read_books(world.pool)).states[issuance] == "delivered"


async def test_a_replica_whose_clock_is_ahead_accepts_nothing_in_the_future(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ahead(clock: SystemClock) -> datetime:
        return datetime.now(UTC) + clock.offset + timedelta(seconds=1.5)

    monkeypatch.setattr(SystemClock, "now", ahead)
    await world.prepared()
    found = await world.pool.fetchrow(_MOMENTS)
    assert found is not None
    assert found["ordered_at"] <= found["accepted_at"] <= found["prepared_at"]
