"""Around what is refused everything else goes on, in order, whatever is refused and when."""

from datetime import date

from aiokafka.errors import (  # pyright: ignore[reportMissingTypeStubs] (it has none)
    KafkaConnectionError,
    MessageSizeTooLargeError,
    UnknownError,
)
from hypothesis import given
from hypothesis import strategies as st
from relay.batch import Row
from relay.kafka_work import Work


def rows_of(count: int) -> list[Row]:
    return [
        Row(n, date(2026, 11, 23), "abcdef"[n % 6], n // 6 + 1, b"", follows_published=True)
        for n in range(count)
    ]


@given(st.integers(1, 60), st.sets(st.integers(0, 59)), st.integers(1, 9))
def test_exactly_the_refused_are_set_aside_and_each_partition_keeps_its_order(
    count: int, poison: set[int], fit: int
) -> None:
    rows = rows_of(count)
    work = Work(rows, lambda row: ord(row.subject) % 3)
    aside: list[int] = []
    while work.left:
        for head in work.heads():
            _, batch = head
            refused = any(row.position in poison for row in batch)
            answer = MessageSizeTooLargeError() if refused else min(len(batch), fit)
            found = work.take(head, answer)
            aside += [found[0].position] if found else []
    assert sorted(aside) == sorted(poison & set(range(count)))
    for subject in "abcdef":
        kept = [row.position for row in work.kept if row.subject == subject]
        assert kept == [
            row.position for row in rows if row.subject == subject and row.position not in poison
        ]
    assert not work.failed


def test_a_broker_that_is_away_leaves_its_partition_for_later_and_sets_nothing_aside() -> None:
    work = Work(rows_of(12), lambda row: ord(row.subject) % 2)
    first, second = work.heads()
    assert work.take(first, KafkaConnectionError()) is None
    assert work.take(second, len(second[1])) is None
    assert work.failed
    assert work.kept == second[1]
    assert not work.left


def test_a_cluster_that_refuses_everything_without_a_reason_sets_nothing_aside() -> None:
    work = Work(rows_of(1), lambda _row: 0)
    assert work.take(work.heads()[0], UnknownError()) is None
    assert work.failed


def test_an_event_that_alone_is_refused_without_a_reason_is_set_aside() -> None:
    work = Work(rows_of(2), lambda row: ord(row.subject) % 2)
    good, bad = work.heads()
    work.take(good, 1)
    found = work.take(bad, UnknownError())
    assert found == (bad[1][0], "refused as invalid")


def test_without_its_dead_letter_an_event_keeps_its_successors_back_and_nobody_else() -> None:
    work = Work(rows_of(12), lambda _row: 0)
    work.drop(work.heads()[0][1][0])
    assert [row.subject for _, batch in work.heads() for row in batch] == [*"bcdef", *"bcdef"]
    assert work.failed
