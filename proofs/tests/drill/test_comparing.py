"""Whatever differs between outbox, Kafka and archive is named; repeats are no difference."""

import json
import random
from dataclasses import replace

import pytest
from local_stack.kafka_reading import Read
from proofs.drill.comparing import Compared, compare
from proofs.drill.killing import TARGETS
from proofs.drill.result import Kill, Report, too_few

SOURCE = "centre.madoguchi.example"


def event(subject: int, sequence: int, **more: int) -> bytes:
    body = {"source": SOURCE, "id": f"{subject}-{sequence}", "subject": str(subject)}
    return json.dumps(body | {"sequence": sequence} | more).encode()


OUTBOX = [event(subject, sequence) for subject in range(20) for sequence in range(1, 5)]
ARCHIVE = {(SOURCE, json.loads(one)["id"]): one for one in OUTBOX}


def message(value: bytes, offset: int = 0) -> Read:
    return Read(int(json.loads(value)["subject"]) % 3, offset, None, value, {})


KAFKA = [message(one, offset) for offset, one in enumerate(OUTBOX)]


def test_repeats_from_any_place_on_are_no_difference() -> None:
    again = random.randrange(len(KAFKA))
    found = compare(OUTBOX, [*KAFKA, *KAFKA[again:]], ARCHIVE)
    assert found == Compared(80, 80, 80 - again, 80, ())


@pytest.mark.parametrize(
    ("kafka", "archive", "fault"),
    [
        (KAFKA[1:], ARCHIVE, "event 0-1 is not in Kafka"),
        ([*KAFKA, message(event(99, 1))], ARCHIVE, "99-1 is in Kafka and was never committed"),
        ([message(event(0, 1, other=1)), *KAFKA[1:]], ARCHIVE, "0-1 has other bytes in Kafka"),
        ([*KAFKA, message(event(0, 1, other=1))], ARCHIVE, "0-1 came again with other bytes"),
        ([KAFKA[1], KAFKA[0], *KAFKA[2:]], ARCHIVE, "0 came in the order [2, 1, 3, 4]"),
        ([replace(KAFKA[0], partition=2), *KAFKA[1:]], ARCHIVE, "0 is in 2 partitions"),
        (KAFKA, dict(list(ARCHIVE.items())[1:]), "event 0-1 is not in the archive"),
        (KAFKA, ARCHIVE | {("x", "y"): b""}, "event y is in the archive and was never"),
        (KAFKA, ARCHIVE | {(SOURCE, "0-1"): b""}, "0-1 has other bytes in the archive"),
    ],
)
def test_each_difference_is_named(
    kafka: list[Read], archive: dict[tuple[str, str], bytes], fault: str
) -> None:
    [named] = compare(OUTBOX, kafka, archive).faults
    assert fault in named


def test_a_gap_in_the_outbox_is_named() -> None:
    without = {key: one for key, one in ARCHIVE.items() if key[1] != "7-2"}
    [named] = compare(
        [*without.values()], [message(one) for one in without.values()], without
    ).faults
    assert named == "7 has the sequence [1, 3, 4] in the outbox"


def test_a_drill_holds_only_if_all_is_equal_verified_fast_and_killed_twice() -> None:
    kills = tuple(Kill(target=one, at_s=1, met=1, down_s=1) for one in TARGETS * 2)
    good = Report(
        seed=1,
        seconds=60,
        papers=10,
        kills=kills,
        missed=tuple(too_few(kills, TARGETS)),
        outbox=80,
        kafka=80,
        repeats=1,
        archive=80,
        stamps=3,
        caught_up_s=1,
        faults=(),
        verified=True,
        relay_events_per_s=3000,
    )
    assert good.holds
    assert len(too_few(kills[1:], TARGETS)) == 1
    for change in (
        {"outbox": 81},
        {"kafka": 79},
        {"archive": 79},
        {"outbox": 0, "kafka": 0, "archive": 0},
        {"faults": ("event 1 is not in Kafka",)},
        {"verified": False},
        {"relay_events_per_s": 2999.9},
        {"missed": ("audit had nothing to do",)},
    ):
        assert not good.model_copy(update=change).holds
