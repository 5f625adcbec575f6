"""Faults planted into the chain of stamps."""

import json
from typing import Any

from checker.fault import FaultName
from checker.testing import Planted

N = FaultName
WITNESSED = "122033"


def _first_stamp(planted: Planted) -> Any:
    return planted.sql("SELECT * FROM stamps ORDER BY number LIMIT 1")[0]


def _last_number(planted: Planted) -> int:
    return planted.sql("SELECT max(number) AS number FROM stamps")[0]["number"]


def test_an_event_without_a_stamp(planted: Planted) -> None:
    issuance = planted.issuance()
    row = planted.sql(
        "UPDATE outbox SET stamp = NULL WHERE subject = $1 AND sequence = 1 RETURNING digest",
        issuance,
    )[0]
    found = planted.found()
    holding = planted.sql("SELECT number FROM stamps WHERE $1 = ANY (leaves)", row["digest"])[0]
    assert found == {
        N.EVENT_NOT_STAMPED: {issuance},
        N.EVENT_STAMPED_ELSEWHERE: {f"stamp {holding['number']}"},
    }


def test_an_event_in_a_stamp_that_does_not_list_it(planted: Planted) -> None:
    last = _last_number(planted)
    planted.sql(
        """
        UPDATE outbox SET stamp = $1 WHERE (recorded_on, position) IN (
            SELECT recorded_on, position FROM outbox WHERE stamp = 1 ORDER BY position LIMIT 1)
        """,
        last,
    )
    assert planted.found() == {N.EVENT_STAMPED_ELSEWHERE: {"stamp 1", f"stamp {last}"}}


def test_a_stamp_that_is_gone(planted: Planted) -> None:
    last = _last_number(planted)
    planted.sql("DELETE FROM stamps WHERE number = $1", last)
    assert planted.found() == {
        N.EVENT_STAMPED_ELSEWHERE: {f"stamp {last}"},
        N.STAMP_SEEN_OTHERWISE: {f"stamp {last}"},
    }


def test_the_first_stamp_gone(planted: Planted) -> None:
    planted.sql("DELETE FROM stamps WHERE number = 1")
    found = planted.found()
    assert found[N.STAMP_BROKEN] == {"stamp 1"}
    assert found[N.STAMP_SEEN_OTHERWISE] == {"stamp 1"}


def test_leaves_in_another_order(planted: Planted) -> None:
    leaves = _first_stamp(planted)["leaves"]
    planted.sql("UPDATE stamps SET leaves = $1 WHERE number = 1", leaves[::-1])
    assert planted.found() == {
        N.STAMP_BROKEN: {"stamp 1"},
        N.EVENT_STAMPED_ELSEWHERE: {"stamp 1"},
    }


def test_a_stamp_that_was_altered(planted: Planted) -> None:
    token = _first_stamp(planted)["token"]
    other = "B" if token[-9] == "A" else "A"
    planted.sql("UPDATE stamps SET token = $1 WHERE number = 1", f"{token[:-9]}{other}{token[-8:]}")
    assert planted.found() == {N.STAMP_BROKEN: {"stamp 1"}}


def test_a_countersignature_that_is_missing_or_anothers(planted: Planted) -> None:
    signed = json.loads(_first_stamp(planted)["countersignatures"])
    one = dict(list(signed.items())[:1])
    update = "UPDATE stamps SET countersignatures = $1::text::jsonb WHERE number = 1"
    planted.sql(update, json.dumps(one))
    assert planted.found() == {N.STAMP_NOT_SEEN: {"stamp 1"}}
    planted.sql(update, json.dumps(one | {"131130": next(iter(one.values()))}))
    assert planted.found() == {N.STAMP_NOT_SEEN: {"stamp 1"}}


def test_a_witness_that_saw_another_stamp_or_a_conflict(planted: Planted) -> None:
    planted.adapter_sql(
        WITNESSED, "UPDATE witnessed_stamps SET digest = $1 WHERE number = 1", "f" * 64
    )
    assert planted.found() == {N.STAMP_SEEN_OTHERWISE: {"stamp 1"}}
    planted.adapter_sql(
        WITNESSED,
        "INSERT INTO stamp_conflicts (digest, number, token, why) VALUES ('a', 9, 'b', 'another')",
    )
    assert planted.found() == {N.STAMP_SEEN_OTHERWISE: {"stamp 1", "stamp 9"}}
