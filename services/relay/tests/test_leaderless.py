"""A disk of a real broker goes away: its partitions have no leader, and all others go on."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from aiokafka.partitioner import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    murmur2,  # pyright: ignore[reportUnknownVariableType]
)
from gateway.audit.outbox import OutboxRow
from local_stack.kafka import LocalKafka
from local_stack.kafka_cluster import AUDIT_TOPIC
from local_stack.kafka_reading import read_topic
from local_stack.processes import ManagedProcess
from relay.kafka_faults import look_at

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]
MakeRelay = Callable[..., ManagedProcess]
ISSUANCES = 40
PATIENCE_S = 40
_WAITING = "SELECT subject FROM outbox WHERE published_at IS NULL"
_SET_ASIDE = "SELECT count(*) FROM outbox WHERE set_aside IS NOT NULL"


@pytest.fixture
def two_disks(tmp_path: Path) -> Iterator[LocalKafka]:
    """Give a broker that keeps half of its partitions in a folder `second`."""
    folder = tmp_path / "kafka"
    made = LocalKafka(
        folder,
        configuration={
            "log.dirs": f"{folder / 'data'},{folder / 'second'}",
            # It notices that a disk is gone when it next writes how far it is.
            "replica.high.watermark.checkpoint.interval.ms": "200",
            "broker.heartbeat.interval.ms": "300",
            "broker.session.timeout.ms": "1500",
        },
    )
    made.start()
    yield made
    made.kill()


async def test_partitions_that_lose_their_leader_wait_for_it_and_all_others_go_on(
    database_url: str, events: Events, insert: Insert, make_relay: MakeRelay, two_disks: LocalKafka
) -> None:
    second = two_disks.folder / "second"
    relay = make_relay(KAFKA_BOOTSTRAP_SERVERS=two_disks.servers)
    before = await some(events, insert)
    relay.start()
    await until(lambda: waiting_are(database_url, set()), PATIENCE_S)

    there = {int(path.name.rpartition("-")[2]) for path in second.glob(f"{AUDIT_TOPIC}-*")}
    away = second.rename(two_disks.folder / "away")
    # Until it notices, the broker goes on to write what is renamed.
    await until(lambda: leaderless_are(two_disks, there), PATIENCE_S)
    after = await some(events, insert)
    hit = those_in(there, after)
    assert 0 < len(hit) < ISSUANCES
    # Exactly what belongs there waits, and the relay says why and keeps its buckets.
    await until(lambda: waiting_are(database_url, hit), PATIENCE_S)
    await until(lambda: says(relay, "has no leader: start the brokers"), PATIENCE_S)
    after += await some(events, insert)
    await until(lambda: waiting_are(database_url, those_in(there, after)), 5)

    two_disks.stop()
    shutil.rmtree(second, ignore_errors=True)
    away.rename(second)
    await asyncio.to_thread(two_disks.start)
    await until(lambda: waiting_are(database_url, set()), PATIENCE_S)
    await asyncio.to_thread(relay.wait_until_ready)
    found: dict[str, list[bytes]] = {}
    for message in await read_topic(two_disks.servers, AUDIT_TOPIC):
        kept = found.setdefault((message.key or b"").decode(), [])
        if message.value not in kept:  # a repeat
            kept.append(message.value)
    expected = {rows[0].subject: [row.canonical for row in rows] for rows in before + after}
    assert found == expected
    assert await fetched(database_url, _SET_ASIDE) == [0]


def those_in(partitions: set[int], issuances: Sequence[list[OutboxRow]]) -> set[str]:
    """Return the subjects that every client of Kafka sends to these of the twelve partitions."""
    subjects = {rows[0].subject for rows in issuances}
    return {one for one in subjects if (murmur2(one.encode()) & 0x7FFFFFFF) % 12 in partitions}


async def some(events: Events, insert: Insert) -> list[list[OutboxRow]]:
    issuances = [events(3) for _ in range(ISSUANCES)]
    await insert([row for sequence in zip(*issuances, strict=True) for row in sequence])
    return issuances


async def waiting_are(url: str, subjects: set[str]) -> bool:
    return set(await fetched(url, _WAITING)) == subjects


async def leaderless_are(broker: LocalKafka, partitions: set[int]) -> bool:
    closed = (await look_at(broker.servers, [AUDIT_TOPIC])).closed
    return {number for _, number in closed} == partitions


async def fetched(url: str, statement: str) -> list[object]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def says(relay: ManagedProcess, words: str) -> bool:
    async with aiohttp.ClientSession() as http, http.get(relay.ready_url) as answer:
        told = (await answer.json())["checks"]["relay"] or ""
    return answer.status == 503 and words in told


async def until(true: Callable[[], Awaitable[bool]], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(0.05)
