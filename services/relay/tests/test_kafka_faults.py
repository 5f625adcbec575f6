"""What brokers say of topics, in words that say what to do."""

from typing import Any

import pytest
from relay.kafka_faults import seen_in


def described(name: str, *leaders: int, error: int = 0, in_sync: int = 2) -> dict[str, Any]:
    """Return a topic as brokers describe it: a leader of each partition, -1 where there is none."""
    partitions = [
        {"partition": number, "leader": leader, "isr": list(range(in_sync))}
        for number, leader in enumerate(leaders)
    ]
    return {"topic": name, "error_code": error, "partitions": partitions}


def test_one_partition_without_a_leader_leaves_the_others_and_is_named() -> None:
    seen = seen_in([described("a", 1, -1, 1), described("b", 1)], ("a", "b"), {})
    assert seen.partitions == {"a": 3, "b": 1}
    assert seen.closed == {("a", 1)}
    assert seen.takes("a")
    assert (seen.fault or "").startswith("topic a: partition 1 has no leader: start the brokers")


def test_each_topic_that_lacks_something_is_told() -> None:
    seen = seen_in(
        [described("a", 1, 1, in_sync=1), described("c", error=3)], ("a", "b", "c"), {"a": 2}
    )
    assert seen.closed == {("a", 0), ("a", 1)}
    assert not any(map(seen.takes, "abc"))
    missing, also, few = (seen.fault or "").split("; ")
    assert missing.startswith("topic b is missing")
    assert also.startswith("topic c is missing")
    assert few.startswith("topic a: partition 0 has 1 of the 2 in-sync replicas")


@pytest.mark.parametrize("needed", [{}, {"a": 2}])
def test_nothing_is_said_of_topics_that_take_all(needed: dict[str, int]) -> None:
    seen = seen_in([described("a", 1, 2)], ("a",), needed)
    assert (seen.closed, seen.fault) == (frozenset(), None)
