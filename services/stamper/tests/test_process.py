"""`python -m stamper`, killed, doubled, without witnesses, with a time-stamp authority."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from cryptography import x509
from gateway.audit.outbox import OutboxRow, insert_events
from local_stack.processes import ManagedProcess, ProcessNotReady
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.stamp_chain import ChainRules, check_events, verify_chain
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority

Events = Callable[[int], list[OutboxRow]]
Make = Callable[..., ManagedProcess]
WITNESSES = ("122033", "131130")


async def _until(true: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(0.05)


async def _complete(outbox: Any) -> None:
    async def nothing_left() -> bool:
        return not await outbox.incomplete()

    await _until(nothing_left)


async def _start(stamper: ManagedProcess) -> None:
    stamper.spawn()
    await asyncio.to_thread(stamper.wait_until_ready)


async def _checks(stamper: ManagedProcess) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(stamper.ready_url) as answer:
        return answer.status, (await answer.json())["checks"]


async def _metric(stamper: ManagedProcess, name: str) -> float:
    address = stamper.ready_url.replace("/readyz", "/metrics")
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


async def _heads(witnesses: dict[str, ManagedProcess]) -> list[str]:
    heads: list[str] = []
    async with aiohttp.ClientSession() as http:
        for process in witnesses.values():
            address = process.ready_url.replace("/livez", "/v1/stamps/head")
            async with http.get(address) as answer:
                heads.append((await answer.json())["head"])
    return heads


async def _holds(outbox: Any, witnesses: dict[str, ManagedProcess], events: int) -> None:
    """One chain that both witnesses saw to its end, and every event in it exactly once."""
    records, kept = await outbox.records(), await outbox.kept()
    verdict = verify_chain(records, outbox.rules, heads=await _heads(witnesses))
    assert verdict.holds, [str(fault) for fault in verdict.faults]
    assert verdict.end.total == events == sum(len(batch) for batch in kept.values())
    for number, record in enumerate(records, start=1):
        assert list(check_events(number, record.leaves, kept[number])) == []


async def _write(url: str, events: Events, stop: asyncio.Event) -> int:
    """Commit events, a few at a time, each transaction open for a while."""
    connection = await asyncpg.connect(url)
    inserted = 0
    while not stop.is_set():
        rows = events(random.randint(1, 5))
        async with connection.transaction():
            await insert_events(connection, rows)
            await asyncio.sleep(random.choice((0, 0, 0.01, 0.05)))
        inserted += len(rows)
    await connection.close()
    return inserted


async def _publish(url: str, stop: asyncio.Event) -> None:
    """Mark rows as a relay does, in another order."""
    connection = await asyncpg.connect(url)
    mark = """
        UPDATE outbox SET published_at = madoguchi_now() WHERE event_id IN (
            SELECT event_id FROM outbox WHERE published_at IS NULL ORDER BY event_id LIMIT 50)
    """
    while not stop.is_set():
        await connection.execute(mark)
        await asyncio.sleep(0.01)
    await connection.close()


async def test_two_stampers_killed_again_and_again_make_one_chain(
    outbox: Any, events: Events, make_stamper: Make, witnesses: dict[str, ManagedProcess]
) -> None:
    stop = asyncio.Event()
    writers = [asyncio.create_task(_write(outbox.url, events, stop)) for _ in range(4)]
    publishing = asyncio.create_task(_publish(outbox.url, stop))
    pair = [make_stamper(f"stamper-{n}", STAMPER_SECONDS="0.02") for n in (1, 2)]
    for stamper in pair:
        stamper.spawn()
        await asyncio.sleep(0.5)
    for turn in range(6):
        before = len(await outbox.records())

        async def has_grown(before: int = before) -> bool:
            return len(await outbox.records()) > before + 2

        await _until(has_grown)
        await asyncio.sleep(random.uniform(0, 0.2))
        pair[turn % 2].kill()
        pair[turn % 2].spawn()
    stop.set()
    inserted = sum(await asyncio.gather(*writers))
    await publishing
    await _complete(outbox)
    assert len(await outbox.records()) > 12
    await _holds(outbox, witnesses, inserted)


async def test_a_late_commit_and_what_a_relay_holds_are_stamped_later_once_and_in_order(
    outbox: Any,
    events: Events,
    issuance: list[OutboxRow],
    make_stamper: Make,
    witnesses: dict[str, ManagedProcess],
) -> None:
    slow = await asyncpg.connect(outbox.url)
    transaction = slow.transaction()
    await transaction.start()
    await insert_events(slow, events(2))
    await outbox.insert(events(3))
    await outbox.insert(issuance)
    mark = "UPDATE outbox SET published_at = madoguchi_now() WHERE event_id = $1"
    await slow.execute(mark, issuance[0].event_id)
    await _start(make_stamper())

    async def one() -> bool:
        return len(await outbox.records()) == 1

    await _until(one)
    await asyncio.sleep(0.5)
    assert [len(record.leaves) for record in await outbox.records()] == [3]
    await transaction.commit()
    await slow.close()

    async def both() -> bool:
        return len(await outbox.records()) == 2

    await _until(both)
    await _complete(outbox)
    await _holds(outbox, witnesses, 8)


async def test_a_witness_that_is_away_holds_up_no_batch_and_gets_all_in_order_later(
    outbox: Any, events: Events, make_stamper: Make, witnesses: dict[str, ManagedProcess]
) -> None:
    stamper = make_stamper()
    await _start(stamper)
    witnesses["131130"].kill()
    try:
        for _ in range(5):
            await outbox.insert(events(2))

            async def stamped() -> bool:
                return not await outbox.left()

            await _until(stamped)
        assert len(await outbox.records()) == 5
        assert await outbox.incomplete() == 5
        assert await _metric(stamper, "stamper_incomplete_stamps") == 5
    finally:
        # From this thread: a child ends with the thread that started it.
        witnesses["131130"].spawn()
        await asyncio.to_thread(witnesses["131130"].wait_until_ready)
    await _complete(outbox)
    await _holds(outbox, witnesses, 10)


async def test_a_second_stamper_waits_and_takes_over(
    outbox: Any, events: Events, make_stamper: Make, witnesses: dict[str, ManagedProcess]
) -> None:
    first, second = make_stamper("first"), make_stamper("second")
    await _start(first)
    second.spawn()

    async def waits() -> bool:
        try:
            status, checks = await _checks(second)
        except aiohttp.ClientConnectionError:
            return False
        return status == 503 and "another stamper is at work" in (checks["stamper"] or "")

    await _until(waits)
    assert (await _metric(first, "stamper_at_work"), await _metric(second, "stamper_at_work")) == (
        1,
        0,
    )
    await outbox.insert(events(3))
    await _complete(outbox)
    await asyncio.to_thread(first.terminate)
    await asyncio.to_thread(second.wait_until_ready)
    await outbox.insert(events(3))
    await _complete(outbox)
    await _holds(outbox, witnesses, 6)


_CUT = "DELETE FROM stamps WHERE number = (SELECT max(number) FROM stamps) RETURNING number"


async def test_a_chain_that_was_cut_is_refused_by_every_witness(
    outbox: Any, events: Events, make_stamper: Make, witnesses: dict[str, ManagedProcess]
) -> None:
    """The centre goes back to an older copy of its database, or says so."""
    stamper = make_stamper()
    await _start(stamper)
    for _ in range(3):
        await outbox.insert(events(2))
        await _complete(outbox)
    stamper.kill()
    # Two events may be in two batches if the machine is busy: the last stamp is the one to cut off.
    cut: int = await outbox.connection.fetchval(_CUT)
    await outbox.insert(events(1))
    stamper.spawn()

    async def refused() -> bool:
        try:
            return await _metric(stamper, "stamper_conflicts_total") >= 2
        except aiohttp.ClientConnectionError:
            return False

    await _until(refused)
    assert await outbox.incomplete() == 1
    verdict = verify_chain(await outbox.records(), outbox.rules, heads=await _heads(witnesses))
    assert {(fault.name.value, fault.stamp) for fault in verdict.faults} == {
        ("countersignatures-missing", cut),
        ("history-rewritten", cut),
    }
    assert "stamp_not_signed" in stamper.log.read_text()
    status, checks = await _checks(stamper)
    assert status == 503
    assert "stamp-conflict, look at once: " in checks["witnesses"]


async def test_with_an_authority_each_stamp_has_its_time(
    outbox: Any,
    events: Events,
    make_stamper: Make,
    witnesses: dict[str, ManagedProcess],
    tmp_path: Path,
) -> None:
    authority = TimestampAuthority.make(tmp_path)
    roots = (x509.load_pem_x509_certificate(authority.root.read_bytes()),)
    with authority.serving() as address:
        stamper = make_stamper(
            STAMPER_TIMESTAMP_URL=address, STAMPER_TIMESTAMP_ROOTS=str(authority.root)
        )
        await _start(stamper)
        for _ in range(3):
            await outbox.insert(events(2))
            await _complete(outbox)
    await outbox.insert(events(2))

    async def stamped() -> bool:
        return not await outbox.left()

    await _until(stamped)
    await asyncio.sleep(1)
    # The authority is away: what comes next (in one batch or two) waits, whoever signed.
    assert await outbox.incomplete() >= 1
    with authority.serving(int(address.rpartition(":")[2].rstrip("/"))):
        await _complete(outbox)
    rules = ChainRules(outbox.rules.centre, outbox.rules.keys, timestamp_roots=roots)
    verdict = verify_chain(await outbox.records(), rules, heads=await _heads(witnesses))
    assert verdict.holds, [str(fault) for fault in verdict.faults]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        (
            {"STAMPER_WITNESSES": "122033=http://127.0.0.1:1"},
            "2 municipalities have to",
        ),
        ({"STAMPER_WITNESSES": "122033=here,131130=there"}, "municipality=http://address"),
        ({"STAMPER_TIMESTAMP_URL": "http://127.0.0.1:1"}, "STAMPER_TIMESTAMP_ROOTS"),
        ({"STAMPER_DATABASE_URL": ""}, "STAMPER_DATABASE_URL"),
        ({"STAMPER_KEY": "/nowhere.pem"}, "nowhere.pem"),
    ],
    ids=["one witness", "no addresses", "authority without roots", "database", "key"],
)
def test_wrong_settings_are_told_and_it_does_not_start(
    make_stamper: Make, environment: dict[str, str], words: str
) -> None:
    stamper = make_stamper(**environment)
    with pytest.raises(ProcessNotReady, match="ended with exit code 2"):
        stamper.start()
    told = stamper.log.read_text()
    assert words in told
    assert "postgresql://" not in told


async def test_with_a_key_that_nobody_trusts_it_says_so(
    outbox: Any, events: Events, make_stamper: Make, tmp_path: Path
) -> None:
    SigningKey.generate().save(tmp_path / "other.pem")
    stamper = make_stamper(STAMPER_KEY=str(tmp_path / "other.pem"))
    stamper.spawn()

    async def says_so() -> bool:
        try:
            _, checks = await _checks(stamper)
        except aiohttp.ClientConnectionError:
            return False
        return "does not hold our stamping key" in (checks["key"] or "")

    await _until(says_so)
    await outbox.insert(events(1))
    await asyncio.sleep(1)
    assert await outbox.left() == 1
