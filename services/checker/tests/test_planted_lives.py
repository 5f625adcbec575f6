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


_CHANGED = """
    WITH changed AS (UPDATE metering_records SET {0} WHERE issuance_id = $1::text::uuid)
    UPDATE issuances SET {0} WHERE issuance_id = $1::text::uuid
"""


def test_a_commission_that_the_chain_does_not_get(planted: Planted) -> None:
    """Books, bill and events agree with each other, and all are wrong."""
    issuance = planted.issuance("chain = 'komorebi' AND municipality = '132047'")
    planted.sql(_CHANGED.format("commission = 150"), issuance)
    statement = "UPDATE ledger_transfers SET yen = 150 WHERE issuance_id = $1::text::uuid"
    planted.sql(statement + " AND purpose = 'commission'", issuance)
    found = planted.found()
    assert found == {
        N.COMMISSION_WRONG: {issuance},
        N.EVENT_DIFFERS: {issuance},
        N.NOT_RECONCILED: {"132047"},
    }


def test_a_rate_that_began_before_the_paper(planted: Planted) -> None:
    """The paper was sold at the one before."""
    issuance = planted.issuance("chain = 'komorebi' AND municipality = '132047'")
    planted.sql(
        """
        INSERT INTO chain_commissions
        SELECT chain, accepted_on, 130 FROM issuances WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    found = planted.found()
    assert set(found) == {N.COMMISSION_WRONG}
    assert issuance in found[N.COMMISSION_WRONG]


def test_a_paper_of_another_channel(planted: Planted) -> None:
    issuance = planted.issuance("chain = 'komorebi' AND municipality = '132047'")
    planted.sql(_CHANGED.format("channel = 'city_machine'"), issuance)
    found = planted.found()
    assert found[N.CHANNEL_WRONG] == {issuance}
    assert found[N.NOT_DESIGNATED] == {issuance}, "its site is no machine of Mitaka"


@pytest.mark.parametrize(
    "collectors",
    [
        "[]",
        '[{"chain": "machikado", "from": "2010-02-02"}]',
        '[{"chain": "komorebi", "from": "2010-02-02", "until": "2010-03-31"}]',
        '[{"chain": "komorebi", "from": "2099-04-01"}]',
    ],
)
def test_a_chain_that_was_not_designated(planted: Planted, collectors: str) -> None:
    planted.sql(
        "UPDATE municipality_versions SET body = jsonb_set(body, '{collectors}', $1::text::jsonb)"
        " WHERE municipality = '132047'",
        collectors,
    )
    found = planted.found()
    assert set(found) == {N.NOT_DESIGNATED}
    assert planted.issuance("municipality = '132047'") in found[N.NOT_DESIGNATED]


def test_a_campaign_that_was_not_honoured(planted: Planted) -> None:
    planted.sql(
        """
        UPDATE municipality_versions SET body = jsonb_set(body, '{campaigns}', $1::text::jsonb)
        WHERE municipality = '132047'
        """,
        '[{"version": "ten", "from": "2010-02-02", "until": "2099-03-31",'
        ' "prices": {"resident_record": 10}}]',
    )
    assert set(planted.found()) == {N.TARIFF_NOT_IN_FORCE}
