"""A Kafka cluster by its addresses, and the topics that we make on it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    AIOKafkaAdminClient,
    NewTopic,
)

AUDIT_TOPIC = "madoguchi.audit"
_LED_S = 30
_MADE_ALL_THE_SAME = (0, 7, 36)
"""Codes: made; not within the time that a busy broker was given; there already."""
_POLL_S = 0.05
_ANSWER_MS = 20_000
"""Of the broker's patience; the client's is twice that, so it hears what the broker says."""


@dataclass(frozen=True)
class Topic:
    """A topic to be made; `configuration` as Kafka names it."""

    name: str
    partitions: int = 1
    configuration: Mapping[str, str] = field(default_factory=dict[str, str])


def audit_topics(name: str = AUDIT_TOPIC) -> tuple[Topic, ...]:
    """Return the topics of an audit stream: events, stamps, and what was set aside.

    Nothing is ever removed by its age here; an installation sets what it needs. Brokers store what
    comes uncompressed, so they judge its real size, and every consumer can read it.
    """
    for_ever = {"retention.ms": "-1", "compression.type": "uncompressed"}
    return (
        Topic(name, 12, for_ever),
        Topic(f"{name}.stamps", 1, for_ever),
        Topic(f"{name}.dead-letter", 1, for_ever),
    )


class KafkaCluster:
    """A cluster that somebody else runs; we only make topics on it.

    Args:
        servers: host:port,… of its brokers.
    """

    def __init__(self, servers: str) -> None:
        self.servers = servers

    def start(self) -> str:
        """Return the addresses that were given; the cluster runs already."""
        return self.servers

    def stop(self) -> None:
        """Leave it running; it is not ours."""

    def create_topics(self, *topics: Topic) -> None:
        """Make the topics that are not there."""

        async def create(admin: Any) -> None:  # noqa: ANN401 (aiokafka has no types)
            there = set(await admin.list_topics())
            new = [
                NewTopic(topic.name, topic.partitions, 1, topic_configs=dict(topic.configuration))
                for topic in topics
                if topic.name not in there
            ]
            if new:
                answer = await admin.create_topics(new, timeout_ms=_ANSWER_MS)
                faults = [
                    f"{name}: {words}"
                    for name, code, words in answer.topic_errors
                    if code not in _MADE_ALL_THE_SAME
                ]
                if faults:
                    raise RuntimeError(f"Kafka made no topic {', '.join(faults)}")
            await _until_led(admin, [topic.name for topic in topics])

        self.ask(create)

    def delete_topics(self, *names: str) -> None:
        """Remove topics with all in them."""
        self.ask(lambda admin: admin.delete_topics(list(names), timeout_ms=_ANSWER_MS))

    def topics_like(self, beginning: str) -> list[str]:
        """Return the names of topics that begin so."""
        found: set[str] = set()

        async def look(admin: Any) -> None:  # noqa: ANN401 (aiokafka has no types)
            found.update(await admin.list_topics())

        self.ask(look)
        return sorted(name for name in found if name.startswith(beginning))

    def ask(self, question: Callable[[Any], Awaitable[Any]]) -> object:
        """Return what an administrator's client answers (aiokafka's, which has no types)."""
        # In a thread of its own, because the caller may be inside a running event loop.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(asyncio.run, _asked(self.servers, question)).result()


async def _until_led(admin: Any, names: list[str]) -> None:  # noqa: ANN401 (aiokafka has no types)
    """Wait until every partition has a leader: brokers hear of a new topic a moment later."""
    leaderless = names
    try:
        async with asyncio.timeout(_LED_S):
            while leaderless:
                described: list[Any] = await admin.describe_topics(names)
                leaderless = [
                    topic["topic"] for topic in described if not _led(topic["partitions"])
                ]
                await asyncio.sleep(_POLL_S if leaderless else 0)
    except TimeoutError:
        words = (
            f"Kafka has no leader for {', '.join(leaderless)} after {_LED_S} s: is it overloaded?"
        )
        raise RuntimeError(words) from None


def _led(partitions: list[dict[str, int]]) -> bool:
    return bool(partitions) and all(partition["leader"] >= 0 for partition in partitions)


async def _asked(servers: str, question: Callable[[Any], Awaitable[Any]]) -> object:
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers)
    try:
        await admin.start()
        return await question(admin)
    finally:
        await admin.close()
