"""What a real Kafka holds is archived once, whoever is killed, and whatever else lies in it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from aiokafka import AIOKafkaConsumer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from audit_testing.parties import NOW, Parties
from audit_testing.stamping import stamped
from local_stack.kafka import LocalKafka
from local_stack.kafka_cluster import AUDIT_TOPIC, KafkaCluster, audit_topics
from local_stack.processes import ManagedProcess
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.stamps import StampRecord

MakeAudit = Callable[..., ManagedProcess]


async def _until(true: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    try:
        async with asyncio.timeout(seconds):
            while True:
                if await true():
                    return
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise AssertionError(f"it did not come to pass within {seconds} s") from error


async def _send(producer: Any, topic: str, events: Sequence[AuditEvent]) -> None:
    for event in events:
        await producer.send(topic, key=event.subject.encode(), value=event.canonical())
    await producer.flush()


async def _trickle(producer: Any, topic: str, events: Sequence[AuditEvent]) -> None:
    for start in range(0, len(events), 20):
        await _send(producer, topic, events[start : start + 20])
        await asyncio.sleep(0.2)


async def _count(url: str, table: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(f"SELECT count(*) FROM {table}")
    finally:
        await connection.close()


async def _holds_exactly(url: str, events: Sequence[AuditEvent]) -> None:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT canonical FROM events")
    await connection.close()
    assert sorted(row["canonical"] for row in rows) == sorted(e.canonical() for e in events)


async def _metrics(audit: ManagedProcess) -> str:
    url = audit.ready_url.replace("/readyz", "/metrics")
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return await answer.text()


async def _consumer_says(audit: ManagedProcess) -> str | None:
    """What keeps the consumer from its work, in its own words; an empty text: nobody answers."""
    try:
        async with aiohttp.ClientSession() as http, http.get(audit.ready_url) as answer:
            return (await answer.json())["checks"]["consumer"]
    except aiohttp.ClientConnectionError:
        return ""


async def test_killed_and_cut_off_again_and_again_it_loses_and_doubles_nothing(
    database_url: str,
    own_kafka: LocalKafka,
    own_producer: Any,
    events: list[AuditEvent],
    stamps: list[StampRecord],
    make_audit: MakeAudit,
) -> None:
    sending = asyncio.create_task(_trickle(own_producer, AUDIT_TOPIC, events))
    for record in stamps:
        await own_producer.send(f"{AUDIT_TOPIC}.stamps", value=record.canonical())
    audit = make_audit(KAFKA_BOOTSTRAP_SERVERS=own_kafka.servers)
    reached = 0

    async def goes_on() -> bool:
        return await _count(database_url, "events") > reached

    for _ in range(2):
        audit.spawn()
        await _until(goes_on)
        await asyncio.sleep(random.uniform(0, 0.2))
        audit.kill()
        reached = await _count(database_url, "events")
        assert reached < len(events)
    audit.spawn()
    await _until(goes_on)
    own_kafka.kill()

    async def says_so() -> bool:
        return "Kafka does not answer" in (await _consumer_says(audit) or "")

    await _until(says_so)
    own_kafka.start()
    await sending
    # Everything once more: a relay that is killed sends again.
    await _send(own_producer, AUDIT_TOPIC, events)

    async def all_there() -> bool:
        there = await _count(database_url, "events"), await _count(database_url, "stamp_records")
        return there == (len(events), len(stamps))

    await _until(all_there)
    await asyncio.sleep(1)
    await _holds_exactly(database_url, events)
    assert await _count(database_url, "dead_letters") == 0

    async def is_well() -> bool:
        return await _consumer_says(audit) is None

    await _until(is_well, 10)


async def test_two_consumers_share_the_partitions_and_one_takes_over(
    database_url: str,
    streamed: dict[str, str],
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
    make_audit: MakeAudit,
) -> None:
    first, second = make_audit("first", **streamed), make_audit("second", **streamed)
    first.spawn()
    await asyncio.to_thread(first.wait_until_ready)
    third = len(events) // 3
    await _send(producer, audit_topic, events[:third])
    second.spawn()
    await _send(producer, audit_topic, events[third : 2 * third])
    await asyncio.to_thread(second.wait_until_ready)
    await asyncio.to_thread(first.terminate)
    await _send(producer, audit_topic, events[2 * third :])

    async def all_there() -> bool:
        return await _count(database_url, "events") == len(events)

    await _until(all_there)
    await _holds_exactly(database_url, events)


async def _dead_letters(servers: str, topic: str, count: int) -> list[tuple[str, bytes]]:
    consumer: Any = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            found = [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()
    return [(dict(one.headers)["reason"].decode(), one.value) for one in found]


async def test_what_does_not_belong_is_set_aside_with_its_reason_and_blocks_nothing(
    database_url: str,
    streamed: dict[str, str],
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
    stamps: list[StampRecord],
    parties: Parties,
    make_audit: MakeAudit,
    tmp_path: Path,
) -> None:
    some = events[:40]
    invented = stamped(Parties(NOW), events[:5])[0].canonical()
    other_bytes = some[0].model_copy(update={"salt": "0" * 32}).canonical()
    bad = [
        ("poison", b"\x00\xff not JSON"),
        ("poison", b""),
        ("foreign", b'{"id":"1","source":"elsewhere","specversion":"1.0","type":"com.example"}'),
        ("wrong-schema", some[1].canonical().replace(b'"sequence":', b'"sequence":-')),
        ("wrong-schema", some[1].canonical().replace(b'":', b'": ', 1)),
        ("oversized", b'{"a":"' + b"x" * 900_000 + b'"}'),
        ("conflict", other_bytes),
    ]
    await _send(producer, audit_topic, some[:20])
    audit = make_audit(**streamed)
    audit.spawn()
    await asyncio.to_thread(audit.wait_until_ready)

    async def twenty() -> bool:
        return await _count(database_url, "events") == 20

    await _until(twenty)
    # While nobody can tell whose signatures count, stamps wait, and events go on.
    (tmp_path / "trust-list.jws").unlink()

    async def says_so() -> bool:
        return "stamps wait" in (await _consumer_says(audit) or "")

    await _until(says_so)
    for value in (invented, stamps[0].canonical()):
        await producer.send(f"{audit_topic}.stamps", value=value)
    for _, value in bad:
        await producer.send(audit_topic, key=b"k", value=value)
    await _send(producer, audit_topic, some[20:])

    async def all_there() -> bool:
        there = await _count(database_url, "events"), await _count(database_url, "dead_letters")
        return there == (len(some), len(bad))

    await _until(all_there)
    assert await _count(database_url, "stamp_records") == 0
    parties.save(tmp_path)

    async def stamp_there() -> bool:
        return await _count(database_url, "stamp_records") == 1

    await _until(stamp_there)
    bad.append(("unverified", invented))
    await _holds_exactly(database_url, some)
    letters = await _dead_letters(
        streamed["KAFKA_BOOTSTRAP_SERVERS"], f"{audit_topic}.dead-letter", len(bad)
    )
    assert sorted(letters) == sorted(bad)
    told = await _metrics(audit)
    assert 'audit_dead_letters_total{reason="wrong-schema"} 2' in told
    assert 'audit_dead_letters_total{reason="conflict"} 1' in told
    assert f"audit_events_total {len(some)}" in told


async def test_a_topic_made_anew_and_filled_beyond_where_it_stood_is_read_from_its_beginning(
    database_url: str,
    kafka: KafkaCluster,
    streamed: dict[str, str],
    audit_topic: str,
    producer: Any,
    events: list[AuditEvent],
    make_audit: MakeAudit,
    tmp_path: Path,
) -> None:
    audit = make_audit(**streamed)
    audit.spawn()
    few, many, more = events[:60], events[60:400], events[400:]

    async def archives(known: Sequence[AuditEvent]) -> None:
        async def all_there() -> bool:
            return await _count(database_url, "events") == len(known)

        await _until(all_there)

    def made_anew() -> None:
        kafka.delete_topics(audit_topic)
        kafka.create_topics(audit_topics(audit_topic)[0])

    await _send(producer, audit_topic, few)
    await archives(few)
    # While it reads, before the client has noticed anything.
    await asyncio.to_thread(made_anew)
    await _send(producer, audit_topic, many)
    await archives([*few, *many])
    # And while it is away.
    await asyncio.to_thread(audit.terminate)
    await asyncio.to_thread(made_anew)
    await _send(producer, audit_topic, [*few, *few, *few, *few, *few, *few, *more])
    audit.spawn()
    await archives(events)
    await _holds_exactly(database_url, events)
    assert "topic_was_made_anew" in (tmp_path / "audit.log").read_text()
    assert await _count(database_url, "dead_letters") == 0


async def test_without_kafka_it_says_so_and_still_stops_cleanly(make_audit: MakeAudit) -> None:
    audit = make_audit(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1")
    audit.spawn()

    async def says_so() -> bool:
        return "Kafka does not answer" in (await _consumer_says(audit) or "")

    await _until(says_so)
    await asyncio.to_thread(audit.terminate)
    assert not audit.running
