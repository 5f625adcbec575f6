import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from local_stack.testing import MakeMigrated
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.errors import (
    IssuanceClosed,
    IssuanceExpired,
    OrderReplayed,
    PersonRefused,
    PrepareInProgress,
    UnderAge,
)
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.cardholders.binding import Registration
from municipal_adapter.cardholders.registrations import Registrations, register
from municipal_adapter.claims.claim import (
    Answer,
    CardEnded,
    Concern,
    Copy,
    Lease,
    LimitReached,
    Stopped,
)
from municipal_adapter.claims.claims import LEASE, Claims
from municipal_adapter.claims.sweep import ROUND, Sweep
from municipal_adapter.database.migrate import migrated
from municipal_adapter.officers import stops as officers
from municipal_adapter.officers.stops import StopList
from municipal_adapter.outcomes.closing import Closing, Ending


@pytest.fixture
async def address(migrated_database: MakeMigrated) -> str:
    address = await migrated_database(migrated)
    async with await open_pool(address, timedelta(0)) as pool, pool.acquire() as connection:
        for holder in HOLDERS:
            await register(connection, Registration(card_of(holder), holder, b""))
    return address


@pytest.fixture
async def pool(address: str) -> AsyncIterator[Pool]:
    async with await open_pool(address, timedelta(0)) as pool:
        yield pool


@pytest.fixture
def claims(pool: Pool) -> Claims:
    return Claims(pool)


HOLDERS = ("R1", "R5", "R6", "R7", "R8", "R9")


def card_of(holder: str) -> CardIdentity:
    return CardIdentity("authority", f"card of {holder}")


def new_copy(holder: str = "R1") -> Copy:
    return Copy(
        issuance=uuid4(),
        order=secrets.token_hex(32),
        copy_number=1,
        session=secrets.token_hex(32),
        nonce=secrets.token_hex(16),
        terminal="tokiwa-0001-1",
        card=card_of(holder),
    )


def new_answer(lasting: timedelta = timedelta(minutes=10), number: str = "") -> Answer:
    until = datetime.now(UTC) + lasting
    return Answer("attestation", secrets.token_bytes(100), until, number, "paper")


def concern(holder: str = "R1", limit: int = 100, *, is_seal: bool = False) -> Concern:
    household = frozenset({holder, f"{holder}-wife"})
    return Concern(holder, household, card_of(holder), is_seal, date(2026, 3, 1), limit)


def ending(copy: Copy) -> Ending:
    return Ending(copy.issuance, "expired", [], vouched=False, decided_at=datetime.now(UTC))


async def end_of(work: Awaitable[object]) -> object:
    """Return what some work ended with: another fault is another end."""
    (end,) = await asyncio.gather(work, return_exceptions=True)
    return end


async def lease_of(claims: Claims, copy: Copy) -> Lease:
    lease = await claims.claim(copy)
    assert isinstance(lease, Lease)
    return lease


async def test_of_many_who_claim_one_copy_at_once_one_gets_the_lease(claims: Claims) -> None:
    copy = new_copy()
    found = await asyncio.gather(*(claims.claim(copy) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(one, Lease) for one in found) == 1
    assert sum(isinstance(one, PrepareInProgress) for one in found) == 19


async def test_a_kept_answer_comes_back_the_same_each_time(claims: Claims) -> None:
    copy = new_copy()
    lease = await lease_of(claims, copy)
    answer = new_answer(number=lease.certificate_number)
    await claims.answer(lease, answer, concern())
    assert await claims.claim(copy) == answer == await claims.claim(copy)


async def test_a_kept_refusal_comes_back_the_same_each_time(claims: Claims) -> None:
    copy = new_copy()
    await claims.refuse(await lease_of(claims, copy), UnderAge())
    with pytest.raises(UnderAge):
        await claims.claim(copy)


@pytest.mark.parametrize("altered", ["issuance", "order", "copy_number", "nonce-only"])
async def test_a_copy_belongs_to_one_issuance_and_an_issuance_to_one_copy(
    claims: Claims, altered: str
) -> None:
    copy = new_copy()
    await claims.answer(await lease_of(claims, copy), new_answer(), concern())
    other = {
        "issuance": replace(copy, issuance=uuid4()),
        "order": replace(copy, order=secrets.token_hex(32), nonce=secrets.token_hex(16)),
        "copy_number": replace(copy, copy_number=2),
        # The same signed order in another spelling of its signature, under a fresh id.
        "nonce-only": replace(copy, issuance=uuid4(), order=secrets.token_hex(32)),
    }[altered]
    with pytest.raises(OrderReplayed):
        await claims.claim(other)


async def test_each_copy_of_an_order_is_claimed_for_itself(claims: Claims) -> None:
    copy = new_copy()
    leases = [
        await lease_of(claims, replace(copy, copy_number=number, issuance=uuid4()))
        for number in (1, 2, 3)
    ]
    assert len({lease.certificate_number for lease in leases}) == 3


async def test_a_claim_whose_holder_died_is_resumed_with_its_certificate_number(
    claims: Claims, address: str
) -> None:
    copy = new_copy()
    dead = await lease_of(claims, copy)
    async with await open_pool(address, LEASE + timedelta(seconds=1)) as later:
        resumed = await lease_of(Claims(later), copy)
        assert resumed.certificate_number == dead.certificate_number
        late = await end_of(claims.answer(dead, new_answer(), concern()))
        assert isinstance(late, PrepareInProgress)
        answer = new_answer(number=resumed.certificate_number)
        await Claims(later).answer(resumed, answer, concern())
    assert await claims.claim(copy) == answer


async def test_a_released_claim_is_free_at_once(claims: Claims) -> None:
    copy = new_copy()
    await claims.release(await lease_of(claims, copy))
    await lease_of(claims, copy)


async def test_nothing_is_claimed_or_kept_for_an_issuance_that_has_ended(
    claims: Claims, pool: Pool
) -> None:
    before, during, after = new_copy(), new_copy(), new_copy()
    await Closing(pool).close(ending(before))
    assert isinstance(await end_of(claims.claim(before)), IssuanceClosed)
    lease = await lease_of(claims, during)
    await Closing(pool).close(ending(during))
    late = await end_of(claims.answer(lease, new_answer(), concern()))
    assert isinstance(late, IssuanceClosed)
    await claims.answer(await lease_of(claims, after), new_answer(), concern())
    await Closing(pool).close(ending(after))
    with pytest.raises(IssuanceClosed):
        await claims.claim(after)
    assert await pool.fetchval("SELECT count(*) FROM claims WHERE ciphertext IS NOT NULL") == 0


async def test_what_was_closed_before_it_was_kept_is_not_kept(claims: Claims, pool: Pool) -> None:
    """Even if whoever closed it did not see the claim."""
    lease = await lease_of(claims, new_copy())
    await pool.execute(
        "INSERT INTO closed_issuances (issuance_id, outcome, reports, vouched, decided_at)"
        " VALUES ($1, 'expired', '{}', false, now())",
        lease.issuance,
    )
    late = await end_of(claims.answer(lease, new_answer(), concern()))
    assert isinstance(late, IssuanceClosed)


async def test_answers_are_wiped_once_their_attestation_has_expired(claims: Claims) -> None:
    copy, fresh = new_copy(), new_copy()
    await claims.answer(await lease_of(claims, copy), new_answer(-timedelta(seconds=1)), concern())
    await claims.answer(await lease_of(claims, fresh), new_answer(), concern())
    await claims.forget_expired()
    assert isinstance(await end_of(claims.claim(copy)), IssuanceExpired)
    assert isinstance(await claims.claim(fresh), Answer)


async def test_a_sweep_goes_back_to_whoever_still_keeps_an_answer(
    claims: Claims, pool: Pool
) -> None:
    """And finds in a round what other processes left."""
    others = [Claims(pool) for _ in range(2 * ROUND)]
    sweep = Sweep([*others[:ROUND], claims, *others[ROUND:]], pause_s=0)
    await claims.answer(await lease_of(claims, new_copy()), new_answer(), concern())
    await sweep.turn()
    assert claims.may_hold_answers  # its answer has not expired
    await pool.execute("UPDATE claims SET expires_at = now() - interval '1 second'")
    await sweep.turn()
    assert not claims.may_hold_answers
    left = new_answer(-timedelta(seconds=1))
    await Claims(pool).answer(await lease_of(claims, new_copy()), left, concern())
    for _ in range(3):
        await sweep.turn()
    assert await pool.fetchval("SELECT count(*) FROM claims WHERE ciphertext IS NOT NULL") == 0


async def test_a_sweep_asks_few_databases_in_a_moment_if_there_are_many(pool: Pool) -> None:
    """Each leaves a connection for a while, and a server takes some hundred."""
    began = time.monotonic()
    await Sweep([Claims(pool) for _ in range(ROUND)], pause_s=0.02).turn()
    few = time.monotonic() - began
    await Sweep([Claims(pool) for _ in range(ROUND + 1)], pause_s=0.02).turn()
    assert time.monotonic() - began - few >= ROUND * 0.02


async def test_a_refusal_is_not_kept_over_an_answer(claims: Claims) -> None:
    copy = new_copy()
    lease = await lease_of(claims, copy)
    answer = new_answer(number=lease.certificate_number)
    await claims.answer(lease, answer, concern())
    await claims.refuse(lease, PersonRefused())
    assert await claims.claim(copy) == answer


@pytest.mark.parametrize("stopped", ["person for a record", "person for a seal", "seal for a seal"])
async def test_an_officers_stop_holds_back_what_is_being_made_and_what_was_made(
    claims: Claims, pool: Pool, stopped: str
) -> None:
    stops, made, making = StopList(pool), new_copy("R7"), new_copy("R7")
    what, _, kind = stopped.partition(" for a ")
    concerned = concern("R7", is_seal=kind == "seal")
    await claims.answer(await lease_of(claims, made), new_answer(), concerned)
    lease = await lease_of(claims, making)
    stop = await stops.stop("R7", officers.Stopped(what), "officer 3", "telephone call")
    assert isinstance(await end_of(claims.answer(lease, new_answer(), concerned)), Stopped)
    with pytest.raises(Stopped) as caught:
        await claims.claim(made)
    assert caught.value.holder == "R7"
    assert await stops.lift(stop, "officer 4", "was a mistake")
    assert not await stops.lift(stop, "officer 4", "once more")
    assert isinstance(await claims.claim(made), Answer)


async def test_the_end_of_a_card_holds_back_what_is_being_made_and_what_was_made(
    claims: Claims, pool: Pool
) -> None:
    made, making = new_copy(), new_copy()
    await claims.answer(await lease_of(claims, made), new_answer(), concern())
    lease = await lease_of(claims, making)
    assert await Registrations(pool).end(card_of("R1"))
    assert isinstance(await end_of(claims.answer(lease, new_answer(), concern())), CardEnded)
    assert await pool.fetchval("SELECT papers FROM papers_a_day WHERE resident_id = 'R1'") == 1
    with pytest.raises(CardEnded) as caught:
        await claims.claim(made)
    assert caught.value.holder == "R1"


async def test_a_card_that_became_somebody_elses_gets_nothing_that_was_made_before(
    claims: Claims, pool: Pool
) -> None:
    made = new_copy()
    await claims.answer(await lease_of(claims, made), new_answer(), concern())
    async with pool.acquire() as connection:
        await register(connection, Registration(card_of("R1"), "R5", b""))
    with pytest.raises(CardEnded):
        await claims.claim(made)


async def test_a_stop_of_one_covers_whoever_lives_there_and_a_seals_stop_only_seals(
    claims: Claims, pool: Pool
) -> None:
    stops = StopList(pool)
    await stops.stop("R8-wife", officers.Stopped.PERSON, "officer 3", "protection")
    with pytest.raises(Stopped):
        await claims.answer(await lease_of(claims, new_copy()), new_answer(), concern("R8"))
    await stops.stop("R9", officers.Stopped.SEAL, "officer 3", "lost")
    await claims.answer(await lease_of(claims, new_copy()), new_answer(), concern("R9"))


async def test_replicas_together_never_exceed_a_persons_papers_of_a_day(
    claims: Claims, address: str
) -> None:
    limit, leases = 5, [await lease_of(claims, new_copy()) for _ in range(16)]
    async with await open_pool(address, timedelta(0)) as other:
        replicas = [claims, Claims(other)]
        kept = await asyncio.gather(
            *(
                replicas[number % 2].answer(lease, new_answer(), concern("R5", limit))
                for number, lease in enumerate(leases)
            ),
            return_exceptions=True,
        )
    assert sum(one is None for one in kept) == limit
    assert sum(isinstance(one, LimitReached) for one in kept) == len(leases) - limit
    tomorrow = replace(concern("R5", limit), day=date(2026, 3, 2))
    await claims.answer(await lease_of(claims, new_copy()), new_answer(), tomorrow)


async def test_a_paper_that_is_not_kept_does_not_count(
    claims: Claims, pool: Pool, address: str
) -> None:
    lost, closed = new_copy(), new_copy()
    holding = [await lease_of(claims, lost), await lease_of(claims, closed)]
    await Closing(pool).close(ending(closed))
    async with await open_pool(address, LEASE + timedelta(seconds=1)) as later:
        await lease_of(Claims(later), lost)
    for lease in holding:
        with pytest.raises((PrepareInProgress, IssuanceClosed)):
            await claims.answer(lease, new_answer(), concern("R6", limit=1))
    await claims.answer(await lease_of(claims, new_copy()), new_answer(), concern("R6", limit=1))
