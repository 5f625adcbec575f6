"""A stamp goes on only if all that it says follows from the newest that was seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from madoguchi_wire.stamps import NO_STAMP, Stamp
from municipal_adapter.witness.chain import Seen, fault_of_first, fault_of_next

NOW = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
HEAD = Seen(number=2, digest="b" * 64, total=4, stamped_at=NOW, seen_at=NOW)
NEXT = Stamp(
    centre="centre.test.example",
    number=3,
    previous=HEAD.digest,
    events=2,
    total=6,
    root="a" * 64,
    stamped_at=NOW,
)


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"number": 4}, "those between are missing"),
        ({"number": 2}, "another stamp 2"),
        ({"previous": "c" * 64}, "names another stamp 2"),
        ({"total": 7}, "4 events and 2 are not 7"),
        ({"stamped_at": NOW - timedelta(milliseconds=1)}, "was made before stamp 2"),
    ],
    ids=["left out", "another second", "another chain", "total", "earlier"],
)
def test_only_the_next_stamp_goes_on(lie: dict[str, Any], words: str) -> None:
    assert fault_of_next(HEAD, NEXT) is None
    assert words in str(fault_of_next(HEAD, NEXT.model_copy(update=lie)))


@pytest.mark.parametrize("lie", [{"previous": "d" * 64}, {"total": 5}], ids=["previous", "total"])
def test_a_first_stamp_follows_nothing(lie: dict[str, Any]) -> None:
    first = NEXT.model_copy(update={"number": 1, "previous": NO_STAMP, "total": 2})
    assert fault_of_first(first) is None
    assert fault_of_first(first.model_copy(update=lie)) == "stamp 1 names one before it"
    assert fault_of_first(NEXT) is None, "a witness may begin to watch at any number"


def test_the_number_of_the_newest_is_what_counts() -> None:
    later = replace(HEAD, number=3)
    assert "another stamp 3" in str(fault_of_next(later, NEXT))
