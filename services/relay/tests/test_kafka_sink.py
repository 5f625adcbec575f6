"""What a real broker holds after publishing, and what is marked, whatever the broker refuses."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest
from gateway.audit.outbox import OutboxRow
from local_stack.kafka_cluster import KafkaCluster, Topic, audit_topics
from local_stack.kafka_reading import Read, read_topic
from madoguchi_wire.events import event_digest
from relay.batch import Row
from relay.buckets import EVENTS
from relay.kafka_channel import Channel
from relay.kafka_faults import Seen, look_at
from relay.kafka_sink import KafkaSink
from relay.outbox import Connection, Pages, measured_lag
from relay.sink import Published, SinkFault
from relay.stamps import next_stamps

Insert = Callable[[Sequence[OutboxRow]], Awaitable[None]]
Events = Callable[[int], list[OutboxRow]]
CONTENT_TYPE = b"application/cloudevents+json; charset=UTF-8"


async def rows_of(connection: Connection) -> list[Row]:
    return await Pages(connection).next(range(EVENTS))


async def publish(connection: Connection, sink: KafkaSink) -> Published:
    await sink.open(connection)
    try:
        return await sink.publish(connection, await rows_of(connection))
    finally:
        await sink.close()


def enlarged(row: OutboxRow, by: int) -> bytes:
    """Return the row's event, larger than any event of ours can be."""
    assert b'"data":{' in row.canonical
    return row.canonical.replace(b'"data":{', b'"data":{"large":"' + b"x" * by + b'",')


def values_by_key(messages: Sequence[Read]) -> dict[str, list[bytes]]:
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for message in messages:
        found[(message.key or b"").decode()].append(message.value)
    return dict(found)


async def test_a_subjects_events_arrive_in_order_in_one_partition_as_they_were_written(
    connection: Connection, kafka: KafkaCluster, audit_topic: str, events: Events, insert: Insert
) -> None:
    issuances = [events(4) for _ in range(40)]
    await insert([row for sequence in zip(*issuances, strict=True) for row in sequence])
    assert await publish(connection, KafkaSink(kafka.servers, audit_topic)) == Published(160)
    found = await read_topic(kafka.servers, audit_topic)
    assert values_by_key(found) == {
        rows[0].subject: [row.canonical for row in rows] for rows in issuances
    }
    assert len({message.partition for message in found}) > 3
    assert {message.headers["content-type"] for message in found} == {CONTENT_TYPE}
    assert (await measured_lag(connection)).rows == 0


async def test_the_partition_is_the_one_that_every_client_chooses(
    kafka: KafkaCluster, audit_topic: str
) -> None:
    channel = Channel(kafka.servers, [audit_topic])
    await channel.open(audit_topic)
    # Hashes of keys as Kafka's own client makes them (murmur2).
    known = {
        "21": -973932308,
        "foobar": -790332482,
        "a-little-bit-long-string": -985981536,
        "abc": 479470107,
    }
    for key, hashed in known.items():
        assert channel.partition_of(audit_topic, key) == (hashed & 0x7FFFFFFF) % 12
    await channel.close()


async def test_an_event_too_large_for_the_topic_becomes_a_dead_letter_and_the_rest_goes_on(
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    events: Events,
    insert: Insert,
) -> None:
    kafka.create_topics(
        Topic(f"{audit_topic}.small", 12, {"max.message.bytes": "40000"}),
        Topic(f"{audit_topic}.small.stamps"),
        Topic(f"{audit_topic}.small.dead-letter"),
    )
    issuances = [events(3) for _ in range(100)]
    await insert([row for rows in issuances for row in rows])
    poison = issuances[0][1]
    large = enlarged(poison, 50_000)
    await connection.execute(
        "UPDATE outbox SET canonical = $2 WHERE event_id = $1", poison.event_id, large
    )
    published = await publish(connection, KafkaSink(kafka.servers, f"{audit_topic}.small"))
    assert (published.events, published.set_aside, published.fault) == (299, 1, None)
    found = values_by_key(await read_topic(kafka.servers, f"{audit_topic}.small"))
    assert found.pop(poison.subject) == [issuances[0][0].canonical, issuances[0][2].canonical]
    assert found == {rows[0].subject: [row.canonical for row in rows] for rows in issuances[1:]}
    [letter] = await read_topic(kafka.servers, f"{audit_topic}.small.dead-letter")
    assert (letter.key, letter.value) == (poison.subject.encode(), large)
    assert letter.headers["reason"] == b"too large for the topic"
    assert letter.headers["origin"] == b"outbox"
    assert letter.headers["digest"] == event_digest(large).encode()
    assert await connection.fetchval(
        "SELECT set_aside FROM outbox WHERE event_id = $1", poison.event_id
    ) == ("too large for the topic")


async def test_where_even_the_dead_letter_is_too_large_it_says_where_the_event_stays(
    connection: Connection, kafka: KafkaCluster, audit_topic: str, events: Events, insert: Insert
) -> None:
    rows = events(2)
    await insert(rows)
    large = enlarged(rows[0], 9_000_000)
    await connection.execute("UPDATE outbox SET canonical = $1 WHERE sequence = 1", large)
    sink = KafkaSink(kafka.servers, audit_topic)
    await sink.open(connection)
    assert (await sink.publish(connection, await rows_of(connection))).set_aside == 1
    assert (await sink.publish(connection, await rows_of(connection))).events == 1
    await sink.close()
    [letter] = await read_topic(kafka.servers, f"{audit_topic}.dead-letter")
    assert json.loads(letter.value) == {"subject": rows[0].subject, "sequence": 1}
    assert letter.headers["bytes"] == str(len(large)).encode()
    assert await connection.fetchval("SELECT canonical FROM outbox WHERE sequence = 1") == large


async def test_without_the_topic_of_events_it_is_named_and_nothing_is_marked(
    connection: Connection, kafka: KafkaCluster, audit_topic: str, events: Events, insert: Insert
) -> None:
    await insert(events(1))
    sink = KafkaSink(kafka.servers, f"{audit_topic}.none")
    with pytest.raises(SinkFault, match=rf"topic {audit_topic}.none is missing: create it"):
        await publish(connection, sink)
    assert (await measured_lag(connection)).rows == 1


async def test_without_the_other_topics_events_go_on_and_what_needs_them_waits_for_them(
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    events: Events,
    insert: Insert,
    stamps: Callable[..., Awaitable[list[bytes]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("relay.kafka_channel.LOOK_SECONDS", 0)
    name = f"{audit_topic}.alone"
    kafka.create_topics(Topic(name, 3))
    poison, other = events(3), events(3)
    await insert([*other, *poison])
    large = enlarged(poison[1], 9_000_000)
    await connection.execute(
        "UPDATE outbox SET canonical = $2 WHERE event_id = $1", poison[1].event_id, large
    )
    await stamps(1)
    sink = KafkaSink(kafka.servers, name)
    await sink.open(connection)
    assert await sink.publish(connection, await rows_of(connection)) == Published(
        4, 0, await sink.lacks()
    )
    stamped = await sink.publish_stamps(connection, await next_stamps(connection))
    assert stamped == Published(0, 0, await sink.lacks())
    for missing in ("stamps", "dead-letter"):
        assert f"topic {name}.{missing} is missing: create it" in (await sink.lacks() or "")

    kafka.create_topics(*audit_topics(name)[1:])
    assert await sink.lacks() is None
    assert await sink.publish(connection, await rows_of(connection)) == Published(0, 1)
    assert await sink.publish(connection, await rows_of(connection)) == Published(1)
    assert await sink.publish_stamps(connection, await next_stamps(connection)) == Published(1)
    await sink.close()
    found = values_by_key(await read_topic(kafka.servers, name))
    assert found == {
        poison[0].subject: [poison[0].canonical, poison[2].canonical],
        other[0].subject: [row.canonical for row in other],
    }


async def test_partitions_without_a_leader_wait_and_the_others_do_not_wait_for_them(
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    events: Events,
    insert: Insert,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = await look_at(kafka.servers, [audit_topic])
    closed = frozenset((audit_topic, number) for number in range(6))
    leaderless = replace(seen, closed=closed, fault="partition 0 has no leader")

    async def half(*_: object) -> Seen:
        return leaderless

    issuances = [events(2) for _ in range(40)]
    await insert([row for rows in issuances for row in rows])
    sink = KafkaSink(kafka.servers, audit_topic)
    with monkeypatch.context() as broken:
        broken.setattr("relay.kafka_channel.look_at", half)
        await sink.open(connection)
        published = await sink.publish(connection, await rows_of(connection))
        found = await read_topic(kafka.servers, audit_topic)
        assert {message.partition for message in found} <= set(range(6, 12))
        assert 0 < len(found) < 80
        assert published == Published(len(found), 0, leaderless.fault)
        waiting = await rows_of(connection)
        # Nothing new for the others: this is no reason to begin anew.
        assert await sink.publish(connection, waiting) == Published(0, 0, leaderless.fault)
    monkeypatch.setattr("relay.kafka_channel.LOOK_SECONDS", 0)
    assert await sink.lacks() is None
    assert await sink.publish(connection, waiting) == Published(80 - len(found))
    await sink.close()


async def test_a_topic_that_lacks_replicas_takes_nothing_and_it_is_said(
    connection: Connection, kafka: KafkaCluster, audit_topic: str, events: Events, insert: Insert
) -> None:
    name = f"{audit_topic}.thin"
    topics = audit_topics(name)
    kafka.create_topics(Topic(name, 3, {"min.insync.replicas": "2"}), *topics[1:])
    await insert(events(1))
    with pytest.raises(SinkFault, match=r"has 1 of the 2 in-sync replicas that it needs"):
        await publish(connection, KafkaSink(kafka.servers, name))
    assert (await measured_lag(connection)).rows == 1


async def test_stamps_go_in_order_and_wait_for_one_that_is_not_complete(
    connection: Connection,
    kafka: KafkaCluster,
    audit_topic: str,
    stamps: Callable[..., Awaitable[list[bytes]]],
) -> None:
    records = await stamps(1, 2, 4, incomplete=[3])
    sink = KafkaSink(kafka.servers, audit_topic)
    await sink.open(connection)
    assert await sink.publish_stamps(connection, await next_stamps(connection)) == Published(2)
    assert await next_stamps(connection) == []
    await connection.execute("UPDATE stamps SET complete_at = stamped_at")
    await sink.publish_stamps(connection, await next_stamps(connection))
    await sink.close()
    found = await read_topic(kafka.servers, f"{audit_topic}.stamps")
    assert [message.value for message in found] == records
    assert {message.key for message in found} == {b"centre.madoguchi.example"}
