"""Reports that are missing or forged, and cash that was never counted."""

from checker.fault import FaultName
from checker.reconciliation.model import Party
from checker.testing import Planted

N = FaultName


def test_a_report_that_is_missing(planted: Planted) -> None:
    issuance = planted.issuance("terminal = 'komorebi-ichikawa-yawata-1'")
    statement = """
        DELETE FROM reports WHERE issuance_id = $1::text::uuid AND event = 'completed'
    """
    planted.sql(statement, issuance)
    assert planted.found() == {
        N.REPORT_MISSING: {issuance},
        N.REPORT_GAP: {"komorebi-ichikawa-yawata-1"},
        N.REPORT_NOT_AT_GATEWAY: {issuance},
        N.OUTCOME_DIFFERS: {issuance},  # the adapter got it
        N.EVENT_DIFFERS: {issuance},  # the event names it
        N.NOT_RECONCILED: {"122033"},
    }


def test_a_report_that_another_terminal_signed(planted: Planted) -> None:
    statement = """
        UPDATE reports SET terminal = 'komorebi-osaka-1', sequence = 1000 + sequence
        WHERE terminal = 'komorebi-ichikawa-yawata-1' AND event = 'completed'
    """
    planted.sql(statement)
    assert planted.found()[N.REPORT_INVALID] == {"komorebi-osaka-1"}


def test_a_report_that_nobody_signed(planted: Planted) -> None:
    statement = """
        UPDATE reports SET token = left(token, length(token) - 8) || 'AAAAAAAA'
        WHERE terminal = 'komorebi-ichikawa-yawata-1' AND event = 'paid'
    """
    planted.sql(statement)
    assert planted.found()[N.REPORT_INVALID] == {"komorebi-ichikawa-yawata-1"}


def test_cash_that_was_never_counted(planted: Planted) -> None:
    planted.sql("DELETE FROM reports WHERE event = 'cash_counted' AND terminal LIKE 'ichikawa%'")
    assert planted.found() == {
        N.CASH_NOT_COUNTED: {"ichikawa-city-hall-1"},
        N.REPORT_NOT_AT_GATEWAY: {"ichikawa-city-hall-1"},
    }
    waiting = planted.verdict().reconciliation.excused
    assert [one.amount.papers for one in waiting if one.party is Party.COUNTED] == [2]
