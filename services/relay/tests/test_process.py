"""`python -m relay`, killed, stopped, doubled, cut off from its database."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from gateway.audit.outbox import OutboxRow, insert_events
from local_stack.processes import ManagedProcess, ProcessNotReady
from madoguchi_wire.encoding import canonical_json

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]
MakeRelay = Callable[..., ManagedProcess]


async def _until(true: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(0.02)


async def _all_published(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)

    async def none_left() -> bool:
        return not await connection.fetchval(
            "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        )

    try:
        await _until(none_left)
    finally:
        await connection.close()


async def _checks(relay: ManagedProcess) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(relay.ready_url) as answer:
        return answer.status, (await answer.json())["checks"]


def _size(file: Path) -> int:
    return file.stat().st_size


async def _start(relay: ManagedProcess) -> None:
    relay.spawn()
    await asyncio.to_thread(relay.wait_until_ready)


def _holds_each_exactly_once(file: Path, inserted: Sequence[OutboxRow]) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    assert all(line == canonical_json(json.loads(line)) + b"\n" for line in lines)
    assert sorted(lines) == sorted(row.canonical + b"\n" for row in inserted)
    sequences: defaultdict[str, list[int]] = defaultdict(list)
    for line in lines:
        event = json.loads(line)
        sequences[event["subject"]].append(event["sequence"])
    assert all(found == list(range(1, len(found) + 1)) for found in sequences.values())


async def _write(database_url: str, events: Events, stop: asyncio.Event) -> list[OutboxRow]:
    """Commit issuances' events, one or two at a time, each transaction open for a while."""
    connection = await asyncpg.connect(database_url)
    inserted: list[OutboxRow] = []
    while not stop.is_set():
        left = events(random.randint(1, 5))
        while left:
            count = random.randint(1, 2)
            now, left = left[:count], left[count:]
            async with connection.transaction():
                await insert_events(connection, now)
                await asyncio.sleep(random.choice((0, 0, 0.01, 0.05)))
            inserted += now
    await connection.close()
    return inserted


async def test_killed_again_and_again_it_writes_each_event_once_and_in_order(
    database_url: str, audit_file: Path, events: Events, make_relay: MakeRelay
) -> None:
    stop = asyncio.Event()
    writers = [asyncio.create_task(_write(database_url, events, stop)) for _ in range(6)]
    relay = make_relay()
    for _ in range(5):
        await _start(relay)
        await asyncio.sleep(random.uniform(0, 0.4))
        relay.kill()
    stop.set()
    inserted = [row for rows in await asyncio.gather(*writers) for row in rows]
    await _start(relay)
    await _all_published(database_url)
    _holds_each_exactly_once(audit_file, inserted)


async def test_killed_between_the_append_and_the_commit_it_leaves_no_duplicate(
    database_url: str, audit_file: Path, events: Events, insert: Insert, make_relay: MakeRelay
) -> None:
    first, second = events(2), events(3)
    relay = make_relay()
    await _start(relay)
    await insert(first)
    await _all_published(database_url)
    good = _size(audit_file)
    locker = await asyncpg.connect(database_url)
    async with locker.transaction():
        # Nobody's marks can be committed now, while lines are appended all the same.
        await locker.execute("SELECT FROM relay_files FOR UPDATE")
        await insert(second)

        async def appended() -> bool:
            return _size(audit_file) > good

        await _until(appended)
        relay.kill()
    await locker.close()
    await _start(relay)
    await _all_published(database_url)
    _holds_each_exactly_once(audit_file, [*first, *second])


async def test_a_second_relay_waits_and_takes_over(
    database_url: str, audit_file: Path, events: Events, insert: Insert, make_relay: MakeRelay
) -> None:
    first, second = make_relay("first"), make_relay("second")
    await _start(first)
    second.spawn()

    async def waits() -> bool:
        try:
            status, checks = await _checks(second)
        except aiohttp.ClientConnectionError:
            return False
        return status == 503 and "another relay owns the outbox" in (checks["relay"] or "")

    await _until(waits)
    before, after = events(3), events(3)
    await insert(before)
    await _all_published(database_url)
    first.kill()
    await asyncio.to_thread(second.wait_until_ready)
    await insert(after)
    await _all_published(database_url)
    _holds_each_exactly_once(audit_file, [*before, *after])


async def test_told_to_stop_it_ends_cleanly_and_promptly(
    database_url: str, audit_file: Path, events: Events, insert: Insert, make_relay: MakeRelay
) -> None:
    relay = make_relay()
    await _start(relay)
    inserted = [row for _ in range(300) for row in events(4)]
    await insert(inserted)
    await asyncio.to_thread(relay.terminate)
    with pytest.raises(ProcessNotReady, match="ended with exit code 0"):
        relay.wait_until_ready()
    await _start(relay)
    await _all_published(database_url)
    _holds_each_exactly_once(audit_file, inserted)


async def test_cut_off_from_its_database_it_says_so_and_comes_back(
    database_url: str, audit_file: Path, events: Events, insert: Insert, make_relay: MakeRelay
) -> None:
    relay = make_relay()
    await _start(relay)
    server, _, name = database_url.rpartition("/")
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )

    async def says_so() -> bool:
        status, checks = await _checks(relay)
        return status == 503 and all(
            "database does not answer" in (words or "") for words in checks.values()
        )

    await _until(says_so)
    assert relay.running
    await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await admin.close()
    await asyncio.to_thread(relay.wait_until_ready)
    inserted = events(3)
    await insert(inserted)
    await _all_published(database_url)
    _holds_each_exactly_once(audit_file, inserted)


async def test_a_long_lag_is_told_in_words(
    database_url: str, audit_file: Path, events: Events, insert: Insert, make_relay: MakeRelay
) -> None:
    relay = make_relay()
    await _start(relay)
    # A gap, which the gateway never makes, keeps rows waiting.
    await insert(events(3)[1:])
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE outbox SET created_at = created_at - interval '2 min'")
    await connection.close()
    status, checks = await _checks(relay)
    assert status == 503
    assert checks["outbox"].startswith("2 events wait to be published, the first for 12")
    assert checks["relay"] is None
    assert _size(audit_file) == 0


def test_without_a_sink_it_does_not_start(make_relay: MakeRelay) -> None:
    relay = make_relay(RELAY_FILE="")
    with pytest.raises(ProcessNotReady, match="ended with exit code 2"):
        relay.start()
    words = relay.log.read_text()
    assert "RELAY_FILE" in words
    assert "postgresql://" not in words


async def test_without_kafkas_brokers_it_says_so_and_still_stops_cleanly(
    make_relay: MakeRelay,
) -> None:
    relay = make_relay(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1")
    relay.spawn()

    async def says_so() -> bool:
        try:
            status, checks = await _checks(relay)
        except aiohttp.ClientConnectionError:
            return False
        return status == 503 and "Kafka does not answer" in (checks["relay"] or "")

    await _until(says_so)
    await asyncio.to_thread(relay.terminate)
    with pytest.raises(ProcessNotReady, match="ended with exit code 0"):
        relay.wait_until_ready()
