"""Steps out of order or too late, releases while something is stopped, tariffs of another day."""

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName


@pytest.mark.parametrize("moment", ["prepared_at", "delivered_at", "paid_at", "ended_at"])
def test_a_step_before_the_one_before_it(planted: Planted, moment: str) -> None:
    issuance = planted.issuance()
    planted.sql(
        f"""
        UPDATE issuances SET {moment} = accepted_at - interval '1 ms'
        WHERE issuance_id = $1::text::uuid
        """,
        issuance,
    )
    assert planted.found() == {N.MOMENTS_OUT_OF_ORDER: {issuance}}


def test_a_document_that_was_delivered_after_its_time(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.sql(
        "UPDATE issuances SET deadline = delivered_at WHERE issuance_id = $1::text::uuid", issuance
    )
    assert planted.found() == {N.RELEASED_TOO_LATE: {issuance}}


@pytest.mark.parametrize("spoil", ["moments", "order"])
def test_an_answer_that_came_after_the_adapters_time(planted: Planted, spoil: str) -> None:
    """As the print queue of Yokohama took one in 2023; nothing else in the books differs."""
    issuance = planted.issuance()
    if spoil == "moments":
        planted.sql(
            """
            UPDATE issuances SET prepared_at = prepared_at + interval '5 min',
                delivered_at = delivered_at + interval '5 min',
                paid_at = paid_at + interval '5 min', ended_at = ended_at + interval '5 min'
            WHERE issuance_id = $1::text::uuid
            """,
            issuance,
        )
    else:
        planted.sql("DELETE FROM orders WHERE order_digest = $1", planted.order_of(issuance))
    assert issuance in planted.found().get(N.RELEASED_TOO_LATE, set())


def _stop(planted: Planted, issuance: str, terminal: str | None, *, released: bool = False) -> None:
    planted.sql(
        """
        INSERT INTO stops (stop_id, incident, municipality, terminal, cause, what, stopped_at,
            released_at, released_by, finding, reason)
        SELECT gen_random_uuid(), gen_random_uuid(), municipality, $2, 'mismatch', 'test',
            delivered_at - interval '10 s',
            CASE WHEN $3 THEN delivered_at - interval '5 s' END,
            CASE WHEN $3 THEN 'an operator' END, CASE WHEN $3 THEN 'fixed' END,
            CASE WHEN $3 THEN 'a test' END
        FROM issuances WHERE issuance_id = $1::text::uuid
        """,
        issuance,
        terminal,
        released,
    )


def test_a_release_while_its_municipality_is_stopped(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    _stop(planted, issuance, None)
    assert planted.found() == {N.RELEASED_WHILE_STOPPED: {issuance}}


def test_a_release_over_a_path_that_is_stopped(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    _stop(planted, issuance, planted.terminal_of(issuance))
    assert planted.found() == {N.RELEASED_WHILE_STOPPED: {issuance}}


def test_a_stop_elsewhere_or_before_is_no_fault(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    _stop(planted, issuance, "another-terminal")
    _stop(planted, issuance, None, released=True)
    assert planted.found() == {}


def test_a_tariff_that_had_not_begun(planted: Planted) -> None:
    issuance = planted.issuance("municipality = '132047'")
    planted.sql(
        """
        UPDATE municipality_versions
        SET body = jsonb_set(body, '{tariffs}', body->'tariffs' || jsonb_build_array(
            (body->'tariffs'->0) || '{"version": "later", "from": "2099-01-01"}'))
        WHERE municipality = '132047'
        """
    )
    for table in ("issuances", "metering_records"):
        statement = (
            f"UPDATE {table} SET tariff_version = 'later' WHERE issuance_id = $1::text::uuid"
        )
        planted.sql(statement, issuance)
    assert planted.found() == {
        N.TARIFF_NOT_IN_FORCE: {issuance},
        N.EVENT_DIFFERS: {issuance},  # the events tell the right one
        N.NOT_RECONCILED: {"132047"},
    }


def test_a_tariff_that_another_had_replaced(planted: Planted) -> None:
    planted.sql(
        """
        UPDATE municipality_versions
        SET body = jsonb_set(body, '{tariffs}', body->'tariffs' || jsonb_build_array(
            (body->'tariffs'->0) || '{"version": "newer", "from": "2020-01-01"}'))
        WHERE municipality = '132047'
        """
    )
    found = planted.found()
    assert set(found) == {N.TARIFF_NOT_IN_FORCE}
    assert planted.issuance("municipality = '132047'") in found[N.TARIFF_NOT_IN_FORCE]


_UNGUARDED = "ALTER TABLE municipality_decisions DISABLE TRIGGER ALL"
_MOVED = """
    UPDATE municipality_decisions SET in_force_from = in_force_from + $1::text::interval
    WHERE municipality = '132047'
"""
_NEXT = """
    INSERT INTO municipality_decisions
        (municipality, state, version, in_force_from, persons, reason)
    SELECT municipality, $1, version, in_force_from + interval '1 day', persons, reason
    FROM municipality_decisions WHERE municipality = '132047'
"""


def test_a_configuration_that_was_in_force_later(planted: Planted) -> None:
    planted.sql(_UNGUARDED)
    planted.sql(_MOVED, "30 days")
    assert set(planted.found()) == {N.TARIFF_NOT_IN_FORCE}


@pytest.mark.parametrize("state", ["suspended", "retired"])
def test_a_configuration_that_another_decision_had_ended(planted: Planted, state: str) -> None:
    planted.sql(_UNGUARDED)
    planted.sql(_MOVED, "-2 days")
    planted.sql(_NEXT, state)
    assert set(planted.found()) == {N.TARIFF_NOT_IN_FORCE}
