"""Outbox, Kafka and archive, event by event and byte by byte."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from local_stack.kafka_reading import Read

Key: TypeAlias = tuple[str, str]
"""CloudEvents source and id."""


@dataclass(frozen=True)
class Compared:
    """How many events each has, and what differs."""

    outbox: int
    kafka: int
    repeats: int
    archive: int
    faults: tuple[str, ...]


def compare(
    outbox: Sequence[bytes], kafka: Sequence[Read], archive: Mapping[Key, bytes]
) -> Compared:
    """Compare what was committed with what came.

    Args:
        outbox: the events, those of one subject in the order of their sequence.
        kafka: the messages, those of one partition in their order.
        archive: the rows.

    """
    committed = {_key(event): event for event in outbox}
    firsts = _firsts(kafka)
    came = {key: message.value for key, message in firsts.items()}
    faults = [
        *_differences("Kafka", committed, came),
        *_differences("the archive", committed, archive),
        *_changed_repeats(kafka, came),
        *_disorder(committed, firsts),
    ]
    return Compared(len(committed), len(came), len(kafka) - len(came), len(archive), tuple(faults))


def _key(event: bytes) -> Key:
    read = json.loads(event)
    return read["source"], read["id"]


def _firsts(messages: Iterable[Read]) -> dict[Key, Read]:
    found: dict[Key, Read] = {}
    for message in messages:
        found.setdefault(_key(message.value), message)
    return found


def _differences(
    where: str, committed: Mapping[Key, bytes], there: Mapping[Key, bytes]
) -> Iterator[str]:
    for key in committed.keys() - there.keys():
        yield f"event {key[1]} is not in {where}"
    for key in there.keys() - committed.keys():
        yield f"event {key[1]} is in {where} and was never committed"
    for key in committed.keys() & there.keys():
        if committed[key] != there[key]:
            yield f"event {key[1]} has other bytes in {where}"


def _changed_repeats(messages: Iterable[Read], came: Mapping[Key, bytes]) -> Iterator[str]:
    for message in messages:
        if message.value != came[_key(message.value)]:
            yield f"event {_key(message.value)[1]} came again with other bytes"


def _disorder(committed: Mapping[Key, bytes], firsts: Mapping[Key, Read]) -> Iterator[str]:
    """Yield the subjects whose events did not come first in the order of their sequence."""
    wanted, came = _by_subject(committed.values()), defaultdict[str, list[int]](list)
    partitions = defaultdict[str, set[int]](set)
    for message in firsts.values():
        event = json.loads(message.value)
        came[event["subject"]].append(event["sequence"])
        partitions[event["subject"]].add(message.partition)
    for subject, sequences in wanted.items():
        if sequences != list(range(1, len(sequences) + 1)):
            yield f"{subject} has the sequence {sequences} in the outbox"
        if came[subject] != sorted(came[subject]):
            yield f"{subject} came in the order {came[subject]}"
        if len(partitions[subject]) > 1:
            yield f"{subject} is in {len(partitions[subject])} partitions"


def _by_subject(events: Iterable[bytes]) -> dict[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for event in map(json.loads, events):
        found[event["subject"]].append(event["sequence"])
    return dict(found)
