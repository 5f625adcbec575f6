"""Issuances without an end, doubled, at another price or place."""

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName


def test_a_price_that_no_tariff_has(planted: Planted) -> None:
    """Books and bill agree with each other, and both are wrong."""
    issuance = planted.issuance("municipality = '132047'")
    for table, column in (("issuances", "fee"), ("metering_records", "yen")):
        statement = f"UPDATE {table} SET {column} = 300 WHERE issuance_id = $1::text::uuid"
        planted.sql(statement, issuance)
    found = planted.found()
    assert found[N.PRICE_WRONG] == {issuance}
    assert found[N.EVENT_DIFFERS] == {issuance}
    assert found[N.REPORT_DIFFERS] == {issuance}


def test_a_paper_booked_at_another_place(planted: Planted) -> None:
    issuance = planted.issuance()
    for table in ("issuances", "metering_records"):
        statement = f"UPDATE {table} SET place = '埼玉県' WHERE issuance_id = $1::text::uuid"
        planted.sql(statement, issuance)
    assert planted.found()[N.PLACE_WRONG] == {issuance}


def test_an_issuance_without_an_end(planted: Planted) -> None:
    issuance = planted.issuance()
    statement = """
        UPDATE issuances SET state = 'paid', report_deadline = report_deadline - interval '1 hour'
        WHERE issuance_id = $1::text::uuid
    """
    planted.sql(statement, issuance)
    found = planted.found()
    assert found[N.ISSUANCE_NOT_ENDED] == {issuance}
    assert found[N.PAPER_NOT_RELEASED] == {issuance}
    assert found[N.REPORT_DIFFERS] == {issuance}
    assert found[N.METERING_EXCESS] == {issuance}


@pytest.mark.parametrize("state", ["in_doubt", "quarantined"])
def test_an_issuance_that_waits_for_a_person(planted: Planted, state: str) -> None:
    refused = planted.sql(
        "UPDATE issuances SET state = $1 WHERE state = 'refused' RETURNING issuance_id::text", state
    )
    assert {row[0] for row in refused} == planted.found()[N.ISSUANCE_NOT_ENDED]


def test_an_issuance_that_still_has_time_is_no_fault(planted: Planted) -> None:
    planted.sql(
        """
        UPDATE issuances SET state = 'accepted', event_sequence = 1,
            deadline = now() + interval '9 days' WHERE state = 'refused'
        """
    )
    planted.sql("DELETE FROM outbox WHERE type LIKE '%issuance.refused%'")
    planted.sql("DELETE FROM outcomes WHERE outcome = 'refused'")
    planted.adapter_sql("122033", "DELETE FROM closed_issuances WHERE outcome = 'refused'")
    planted.rewrite_stream(
        lambda lines: [line for line in lines if b"issuance.refused" not in line]
    )
    # Its event was stamped before it was taken out of the books.
    assert planted.found().keys() == {N.EVENT_STAMPED_ELSEWHERE}


def test_one_copy_of_one_order_that_was_issued_twice(planted: Planted) -> None:
    pair = planted.sql(
        """
        SELECT order_digest, array_agg(issuance_id::text ORDER BY copy_number) AS ids
        FROM issuances WHERE state = 'completed' GROUP BY order_digest HAVING count(*) = 2
        """
    )[0]
    planted.sql("UPDATE issuances SET copy_number = 1 WHERE order_digest = $1", pair[0])
    found = planted.found()
    assert len(found[N.ISSUED_TWICE]) == 1
    assert found[N.ISSUED_TWICE] <= set(pair["ids"])
