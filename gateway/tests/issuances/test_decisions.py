"""What only a named person may end: issuances in doubt and in quarantine."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from gateway.issuances.deciding import CannotDecide, Decision, decide
from gateway.issuances.life import State
from gateway_testing.books import read_books
from gateway_testing.customer import PRICE
from gateway_testing.world import World, eventually
from madoguchi_wire.reports import Money, Rejected

OpenWorld = Callable[..., AbstractAsyncContextManager[World]]
REJECTED = Rejected(what="pages", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64)


async def _decide(world: World, issuance: str, target: State, money: Money) -> None:
    decision = Decision(UUID(issuance), target, "suzuki", "looked at the paper", money)
    async with world.pool.acquire() as connection:
        await decide(connection, decision, "test", datetime.now(UTC))


async def test_a_paid_paper_in_quarantine_is_completed_metered_and_booked(world: World) -> None:
    customer, issuance = await world.paid()
    await customer.at.report(issuance, REJECTED)
    await _decide(world, issuance, State.COMPLETED, Money.NOT_TAKEN)
    books = await read_books(world.pool)
    assert books.metered == {issuance: PRICE}
    assert books.types(issuance)[-2:] == ["quarantined", "completed"]

    async def told() -> bool:
        return "completed" in [outcome.outcome for outcome in world.city.outcomes]

    await eventually(told)


async def test_what_a_person_decides_while_a_city_acknowledges_is_told_again(world: World) -> None:
    told = world.city.outcomes
    world.city.acknowledges_when = asyncio.Event()
    customer, issuance = await world.delivered()
    await customer.at.report(issuance, REJECTED)

    async def of_its_quarantine() -> bool:
        return [one.outcome for one in told] == ["quarantined"]

    await eventually(of_its_quarantine)
    await _decide(world, issuance, State.VOIDED, Money.NOT_TAKEN)
    world.city.acknowledges_when.set()

    async def of_its_end() -> bool:
        return told[-1].outcome == "voided"

    await eventually(of_its_end)


@pytest.mark.parametrize("other", [{"issuance": str(UUID(int=7))}, {"outcome": "voided"}])
async def test_the_acknowledgement_of_something_else_is_none(
    world: World, other: dict[str, str]
) -> None:
    world.city.acknowledged = lambda done: done.model_copy(update=other)
    await world.completed()

    async def told_again() -> bool:
        return len(world.city.outcomes) > 1

    await eventually(told_again)


async def test_a_paper_in_quarantine_is_voided_and_its_refund_booked(world: World) -> None:
    customer, issuance = await world.paid()
    await customer.at.report(issuance, REJECTED)
    await _decide(world, issuance, State.VOIDED, Money.REFUNDED)
    books = await read_books(world.pool)
    assert books.states == {issuance: "voided"}
    assert books.purposes[issuance] == {"fee_deposited": PRICE, "fee_refunded": PRICE}


async def test_a_paper_that_was_never_paid_cannot_be_completed(world: World) -> None:
    customer, issuance = await world.delivered()
    await customer.at.report(issuance, REJECTED)
    with pytest.raises(CannotDecide, match="never reported"):
        await _decide(world, issuance, State.COMPLETED, Money.NOT_TAKEN)
    assert (await read_books(world.pool)).metered == {}


async def test_nobody_decides_about_a_paper_that_is_on_its_way(world: World) -> None:
    _, issuance = await world.paid()
    for target in (State.COMPLETED, State.VOIDED):
        with pytest.raises(CannotDecide, match="this issuance is paid"):
            await _decide(world, issuance, target, Money.REFUNDED)
    with pytest.raises(CannotDecide, match="no issuance"):
        await _decide(world, "00000000-0000-4000-8000-000000000000", State.VOIDED, Money.REFUNDED)


async def test_a_doubt_is_ended_once_and_who_did_it_is_kept(new_world: OpenWorld) -> None:
    async with new_world(report_deadline_seconds=0.3) as world:
        _, issuance = await world.paid()

        async def in_doubt() -> bool:
            return (await read_books(world.pool)).states[issuance] == "in_doubt"

        await eventually(in_doubt)
        await _decide(world, issuance, State.VOIDED, Money.KEPT)
        with pytest.raises(CannotDecide):
            await _decide(world, issuance, State.COMPLETED, Money.NOT_TAKEN)
        kept = await world.pool.fetch("SELECT decided_by, reason, state FROM decisions")
        assert [tuple(row.values()) for row in kept] == [
            ("suzuki", "looked at the paper", "voided")
        ]
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await world.pool.execute("DELETE FROM decisions")
        (told,) = [
            data
            for data in (await read_books(world.pool)).named("voided")
            if data["issuance"] == issuance
        ]
        assert (told["decided_by"], told["money"]) == ("suzuki", "kept")
        assert "looked at the paper" not in str(told)
