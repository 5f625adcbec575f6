"""Several relays and a real broker, killed and restarted under load: all there, all in order."""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp
import asyncpg
from gateway.audit.outbox import OutboxRow, insert_events
from local_stack.kafka import LocalKafka
from local_stack.kafka_cluster import KafkaCluster
from local_stack.kafka_reading import read_topic
from local_stack.processes import ManagedProcess

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]
MakeRelay = Callable[..., ManagedProcess]
TOPIC = "madoguchi.audit"
FOREIGN = b"\xff not of ours"


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(0.05)


async def all_published(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)

    async def none_left() -> bool:
        return not await connection.fetchval(
            "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        )

    try:
        await until(none_left)
    finally:
        await connection.close()


async def buckets_of(relay: ManagedProcess) -> int:
    text = await metrics_of(relay)
    return int(float(text.split("\nmadoguchi_relay_buckets ")[1].split("\n")[0]))


async def metrics_of(relay: ManagedProcess) -> str:
    address = relay.ready_url.replace("/readyz", "/metrics")
    try:
        async with aiohttp.ClientSession() as http, http.get(address) as answer:
            return await answer.text()
    except aiohttp.ClientError:
        return "\nmadoguchi_relay_buckets 0\n"


def first_of_each(values: Sequence[bytes]) -> dict[str, list[bytes]]:
    """Return what a consumer keeps, by subject: each event once, where it came first."""
    seen: set[str] = set()
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for value in values:
        if value == FOREIGN:
            continue
        event = json.loads(value)
        if event["id"] not in seen:
            seen.add(event["id"])
            found[event["subject"]].append(value)
    return dict(found)


async def of_outbox(database_url: str) -> dict[str, list[bytes]]:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT subject, canonical FROM outbox ORDER BY sequence")
    await connection.close()
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for subject, canonical in rows:
        found[subject].append(canonical)
    return dict(found)


async def write(database_url: str, events: Events, stop: asyncio.Event) -> None:
    """Commit issuances' events, one or two at a time, each transaction open for a while."""
    connection = await asyncpg.connect(database_url)
    while not stop.is_set():
        left = events(random.randint(1, 5))
        while left:
            count = random.randint(1, 2)
            now, left = left[:count], left[count:]
            async with connection.transaction():
                await insert_events(connection, now)
                await asyncio.sleep(random.choice((0, 0, 0.01, 0.05)))
    await connection.close()


def shares(relays: Sequence[ManagedProcess], expected: set[int]) -> Callable[[], Awaitable[bool]]:
    async def shared() -> bool:
        held = [await buckets_of(relay) for relay in relays]
        return sum(held) == 16 and set(held) <= expected

    return shared


async def test_relays_and_broker_killed_under_load_lose_nothing_and_keep_each_issuance_in_order(
    database_url: str, events: Events, make_relay: MakeRelay, own_kafka: LocalKafka
) -> None:
    stop = asyncio.Event()
    writers = [asyncio.create_task(write(database_url, events, stop)) for _ in range(4)]
    servers = {"KAFKA_BOOTSTRAP_SERVERS": own_kafka.servers}
    relays = [make_relay(f"relay-{number}", **servers) for number in range(3)]
    for relay in relays:
        relay.spawn()
    for number in range(6):
        await asyncio.sleep(random.uniform(0.3, 1.2))
        victim = relays[number % 3]
        victim.kill()
        if number == 2:
            own_kafka.kill()
            own_kafka.start()
        victim.spawn()
    stop.set()
    await asyncio.gather(*writers)
    await all_published(database_url)
    found = [message.value for message in await read_topic(own_kafka.servers, TOPIC)]
    assert first_of_each(found) == await of_outbox(database_url)


async def test_newcomers_get_their_share_and_a_dead_relays_is_taken_over_within_seconds(
    database_url: str,
    events: Events,
    insert: Insert,
    make_relay: MakeRelay,
    kafka: KafkaCluster,
    audit_topic: str,
) -> None:
    where = {"KAFKA_BOOTSTRAP_SERVERS": kafka.servers, "RELAY_KAFKA_TOPIC": audit_topic}
    relays = [make_relay(f"relay-{number}", **where) for number in range(3)]
    relays[0].spawn()
    await until(shares(relays[:1], {16}))
    for relay in relays[1:]:
        relay.spawn()
    await until(shares(relays, {5, 6}))
    relays[1].kill()
    await until(shares([relays[0], relays[2]], {8}), 10)
    await insert([row for _ in range(40) for row in events(3)])
    await all_published(database_url)
    text = await metrics_of(relays[0])
    assert "madoguchi_relay_lag_rows 0.0" in text
    assert "madoguchi_relay_set_aside_events_total 0.0" in text


async def test_the_broker_away_or_its_disk_full_is_said_and_nothing_is_lost(
    database_url: str,
    events: Events,
    insert: Insert,
    make_relay: MakeRelay,
    own_kafka: LocalKafka,
    fill_disk: Callable[[int], None],
) -> None:
    relay = make_relay(KAFKA_BOOTSTRAP_SERVERS=own_kafka.servers)
    relay.start()
    fill_disk(own_kafka.pid)
    await insert([row for _ in range(500) for row in events(4)])

    async def says_so() -> bool:
        async with aiohttp.ClientSession() as http, http.get(relay.ready_url) as answer:
            words = (await answer.json())["checks"]["relay"] or ""
        return answer.status == 503 and ("Kafka" in words or "leader" in words)

    await until(says_so)
    own_kafka.kill()
    # Issuing goes on all the same: its transactions know nothing of Kafka.
    await insert(events(4))
    own_kafka.start()
    await all_published(database_url)
    await asyncio.to_thread(relay.wait_until_ready)
    found = [message.value for message in await read_topic(own_kafka.servers, TOPIC)]
    assert first_of_each(found) == await of_outbox(database_url)


async def test_file_and_kafka_hold_the_same_bytes_and_a_foreign_message_does_not_matter(
    database_url: str,
    events: Events,
    insert: Insert,
    make_relay: MakeRelay,
    audit_file: Path,
    kafka: KafkaCluster,
    audit_topic: str,
    send_foreign: Callable[[str, bytes], Awaitable[None]],
) -> None:
    await insert([row for _ in range(50) for row in events(3)])
    await send_foreign(audit_topic, FOREIGN)
    where = {"KAFKA_BOOTSTRAP_SERVERS": kafka.servers, "RELAY_KAFKA_TOPIC": audit_topic}
    to_kafka, to_file = make_relay("kafka", **where), make_relay("file")
    to_kafka.start()
    await all_published(database_url)
    await asyncio.to_thread(to_kafka.terminate)
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE outbox SET published_at = NULL")
    await connection.close()
    to_file.start()
    await all_published(database_url)
    lines = audit_file.read_bytes().splitlines()  # noqa: ASYNC240 (nobody else waits here)
    found = [message.value for message in await read_topic(kafka.servers, audit_topic)]
    assert len(found) == len(lines) + 1
    assert first_of_each(found) == first_of_each(lines) == await of_outbox(database_url)
