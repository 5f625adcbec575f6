"""What is done with a file that has come."""

from datetime import UTC, datetime, timedelta

import pytest
from municipal_adapter.records.files.deciding import CLOCKS_DIFFER, Decision, Imported, decide
from municipal_adapter.records.files.lines import BatchHeader, ChangesHeader, Header

ICHIKAWA, SHIBUYA = "122033", "131130"
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
EARLIER = NOW - timedelta(seconds=1)
SO_FAR = Imported(
    ICHIKAWA,
    7,
    {"b": ("batch", 5, 5), "c": ("changes", 6, 7)},
    batch_made_at=NOW,
    changes_made_at=NOW,
    passed_over=frozenset("p"),
    waited=frozenset("w"),
)
LATER = NOW + timedelta(seconds=1)
AGAIN = Imported(ICHIKAWA, 7, {"b": ("batch", 7, 7)}, batch_made_at=LATER, restarted_at=NOW)


def batch(sequence: int, municipality: str = ICHIKAWA, made_at: datetime = NOW) -> Header:
    return BatchHeader.model_validate(
        {
            "line": "header",
            "kind": "batch",
            "municipality": municipality,
            "sequence": sequence,
            "made_at": made_at.isoformat(),
        }
    )


def changes(first: int, last: int, municipality: str = ICHIKAWA, made_at: datetime = NOW) -> Header:
    return ChangesHeader.model_validate(
        {
            "line": "header",
            "kind": "changes",
            "municipality": municipality,
            "first": first,
            "last": last,
            "made_at": made_at.isoformat(),
        }
    )


CASES = {
    "the next events": (changes(8, 9), "d", Decision.APPLY),
    "a new batch": (batch(9), "d", Decision.APPLY),
    "the same again": (changes(6, 7), "c", Decision.REPEAT),
    "what a batch has": (changes(4, 5), "d", Decision.IN_BATCH),
    "what was passed over": (changes(4, 5), "p", Decision.REPEAT),
    "an event is missing": (changes(9, 9), "d", Decision.GAP),
    "other events of the same numbers": (changes(6, 7), "d", Decision.CONFLICT),
    "another batch of the same number": (batch(5), "d", Decision.CONFLICT),
    "a batch that waited, after another one of its number": (batch(5), "w", Decision.OLD),
    "numbers that overlap": (changes(7, 8), "d", Decision.CONFLICT),
    "a batch from before": (batch(4), "d", Decision.OLD),
    "a batch made before changes that were applied": (batch(9, made_at=EARLIER), "d", Decision.OLD),
    "made after the batch that has them": (
        changes(4, 5, made_at=NOW + timedelta(seconds=1)),
        "d",
        Decision.CONFLICT,
    ),
    "another municipality": (changes(8, 9, SHIBUYA), "d", Decision.FOREIGN),
    "from the future": (
        batch(9, made_at=NOW + CLOCKS_DIFFER + timedelta(seconds=1)),
        "d",
        Decision.FUTURE,
    ),
    "a clock a little ahead": (batch(9, made_at=NOW + CLOCKS_DIFFER), "d", Decision.APPLY),
}


@pytest.mark.parametrize("case", list(CASES))
def test_each_file_is_told_for_what_it_is(case: str) -> None:
    header, digest, decision = CASES[case]
    assert decide(SO_FAR, header, digest, NOW) is decision


def test_what_was_said_before_the_numbers_began_anew_is_settled_by_the_next_batch() -> None:
    assert decide(AGAIN, changes(6, 7, made_at=EARLIER), "d", NOW) is Decision.REPEAT
    assert decide(AGAIN, changes(6, 7), "d", NOW) is Decision.IN_BATCH
    assert decide(AGAIN, batch(7, made_at=EARLIER), "d", NOW) is Decision.OLD
    assert decide(AGAIN, batch(7), "d", NOW) is Decision.CONFLICT


def test_a_batch_of_the_same_number_is_another_one_only_if_it_was_made_later() -> None:
    assert decide(AGAIN, batch(7, made_at=LATER), "d", NOW) is Decision.CONFLICT
    later = LATER + timedelta(seconds=1)
    assert decide(AGAIN, batch(7, made_at=later), "d", NOW) is Decision.APPLY


def test_events_before_any_batch_wait() -> None:
    assert decide(Imported(ICHIKAWA, None, {}), changes(1, 1), "d", NOW) is Decision.GAP
