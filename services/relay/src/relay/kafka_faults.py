"""What is wrong with Kafka, in words that say what to do."""

import asyncio
from collections.abc import Sequence
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

NOT_REACHED = (
    "Kafka does not answer ({}): are the brokers running, and is KAFKA_BOOTSTRAP_SERVERS right?"
)
NOT_ACKNOWLEDGED = (
    "Kafka answers but does not acknowledge events: look at its brokers' logs and disks; they are"
    " sent again"
)
_MISSING = "topic {} is missing: create it (docs/running.md says how)"
_FEW = (
    "topic {}: partition {} has {} of the {} in-sync replicas that it needs: start the brokers that"
    " are down"
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


async def fault_of_topics(servers: str, topics: Sequence[str]) -> str | None:
    """Return what keeps the topics from taking events, in words; None if nothing is seen."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5000)
    try:
        async with asyncio.timeout(_SECONDS):
            await admin.start()
            described = await admin.describe_topics(list(topics))
            needed = await _needed_replicas(admin, topics)
    except (KafkaError, OSError, TimeoutError) as error:
        return NOT_REACHED.format(type(error).__name__)
    finally:
        await admin.close()
    there: dict[str, Any] = {found["topic"]: found for found in described}
    for topic in topics:
        fault = _fault_of(topic, there.get(topic), needed.get(topic, 1))
        if fault is not None:
            return fault
    return None


def _fault_of(topic: str, found: dict[str, Any] | None, needed: int) -> str | None:
    if found is None or found["error_code"] or not found["partitions"]:
        return _MISSING.format(topic)
    for partition in sorted(found["partitions"], key=lambda one: one["partition"]):
        number, in_sync = partition["partition"], len(partition["isr"])
        if partition["leader"] < 0:
            return _LEADERLESS.format(topic, number)
        if in_sync < needed:
            return _FEW.format(topic, number, in_sync, needed)
    return None


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
