"""No event goes before its predecessor, whatever the order of rows and what is published."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from relay.batch import Row, publishable


@st.composite
def _outbox(draw: st.DrawFn) -> tuple[list[Row], dict[str, int]]:
    """Rows in any order, with any missing, and up to where each subject is published."""
    published = draw(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3), min_size=1))
    keys = [
        (subject, sequence)
        for subject, reached in published.items()
        for sequence in range(reached + 1, reached + 5)
    ]
    kept = draw(st.lists(st.sampled_from(keys), unique=True))
    return [
        Row(position, date(2026, 11, 23), subject, n, b"", n == published[subject] + 1)
        for position, (subject, n) in enumerate(kept)
    ], published


@given(_outbox())
def test_each_subject_goes_on_without_a_gap_and_as_far_as_the_batch_reaches(
    drawn: tuple[list[Row], dict[str, int]],
) -> None:
    rows, published = drawn
    chosen = publishable(rows)
    for subject, reached in published.items():
        there = {row.sequence for row in rows if row.subject == subject}
        expected: list[int] = []
        while reached + 1 in there:
            reached += 1
            expected.append(reached)
        assert [row.sequence for row in chosen if row.subject == subject] == expected
