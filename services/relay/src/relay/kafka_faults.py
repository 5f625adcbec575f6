"""What is wrong with Kafka, in words that say what to do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaAdminClient,
)
from aiokafka.admin.config_resource import (  # pyright: ignore[reportMissingTypeStubs]
    ConfigResource,
    ConfigResourceType,
)
from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    UnknownError,
    UnsupportedForMessageFormatError,
)

from relay.sink import SinkFault

NOT_REACHED = (
    "Kafka does not answer ({}): are the brokers running, and is KAFKA_BOOTSTRAP_SERVERS right?"
)
NOT_ACKNOWLEDGED = (
    "Kafka answers but does not acknowledge events: look at its brokers' logs and disks; they are"
    " sent again"
)
_MISSING = "topic {} is missing: create it (docs/audit/kafka.md says how)"
_FEW = (
    "topic {}: partition {} has {} of the {} in-sync replicas that it needs: start the brokers that"
    " are down, or give the topic as many replicas"
)
_LEADERLESS = (
    "topic {}: partition {} has no leader: start the brokers that hold it, and look whether their"
    " disks are full"
)
REASONS: dict[type[Exception], str] = {
    MessageSizeTooLargeError: "too large for the topic",
    RecordListTooLargeError: "too large for the topic",
    InvalidTimestampError: "refused for its timestamp",
    PolicyViolationError: "refused by a policy of the cluster",
    UnsupportedForMessageFormatError: "refused for its format",
    # Kafka's newer codes are unknown to the client: a record that fails the broker's validation.
    UnknownError: "refused as invalid",
}
"""By error: why an event that is refused alone, again and again, can never get in."""
_SECONDS = 8


def refused_for_good(error: BaseException) -> bool:
    """Tell whether the brokers looked at a batch and will never take it as it is."""
    return type(error) in REASONS


@dataclass(frozen=True)
class Seen:
    """What a look at topics found."""

    partitions: Mapping[str, int]
    """How many each topic has that is there."""
    closed: frozenset[tuple[str, int]]
    """Partitions that take nothing now."""
    fault: str | None
    """What keeps topics, or some of their partitions, from taking messages, in words."""

    def takes(self, topic: str) -> bool:
        """Tell whether any partition of the topic takes messages."""
        numbers = range(self.partitions.get(topic, 0))
        return any((topic, number) not in self.closed for number in numbers)


async def look_at(servers: str, topics: Sequence[str]) -> Seen:
    """Return what is there of the topics, and what keeps them from taking messages.

    Raises:
        SinkFault: the brokers do not answer.

    """
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5000)
    try:
        async with asyncio.timeout(_SECONDS):
            await admin.start()
            described = await admin.describe_topics(list(topics))
            needed = await _needed_replicas(admin, topics)
    except (KafkaError, OSError, TimeoutError) as error:
        raise SinkFault(NOT_REACHED.format(type(error).__name__)) from error
    finally:
        await admin.close()
    return seen_in(described, topics, needed)


def seen_in(
    described: Sequence[dict[str, Any]], topics: Sequence[str], needed: Mapping[str, int]
) -> Seen:
    """Judge what brokers say of topics; `needed` in-sync replicas by topic, one where unknown."""
    there = {
        found["topic"]: found["partitions"]
        for found in described
        if found["partitions"] and not found["error_code"]
    }
    closed = {
        (topic, partition["partition"]): fault
        for topic in topics
        for partition in sorted(there.get(topic, ()), key=lambda one: one["partition"])
        if (fault := _fault_of(topic, partition, needed.get(topic, 1))) is not None
    }
    faults = [_MISSING.format(topic) for topic in topics if topic not in there]
    # The first of a topic's partitions stands for the others, which have the same cause.
    faults += list({topic: fault for (topic, _), fault in reversed(closed.items())}.values())
    partitions = {topic: len(found) for topic, found in there.items()}
    return Seen(partitions, frozenset(closed), "; ".join(faults) or None)


def _fault_of(topic: str, partition: dict[str, Any], needed: int) -> str | None:
    number, in_sync = partition["partition"], len(partition["isr"])
    if partition["leader"] < 0:
        return _LEADERLESS.format(topic, number)
    return _FEW.format(topic, number, in_sync, needed) if in_sync < needed else None


async def _needed_replicas(admin: Any, topics: Sequence[str]) -> dict[str, int]:  # noqa: ANN401
    name = "min.insync.replicas"
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic, {name: None}) for topic in topics]
    try:
        answers = await admin.describe_configs(asked)
    except (InvalidTopicError, KafkaError):
        # It may be forbidden to read settings; the brokers still say no by themselves.
        return {}
    found: dict[str, int] = {}
    for answer in answers:
        for resource in answer.resources:
            code, topic, values = resource[0], resource[3], resource[4]
            for value in values if not code else ():
                if value[0] == name:
                    found[topic] = int(value[1])
    return found
