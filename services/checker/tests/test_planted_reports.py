"""Reports that are missing or forged, and cash that was never counted."""

from datetime import timedelta

from checker.fault import FaultName
from checker.reconciliation.model import Party
from checker.testing import Planted
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.withdrawn import Withdrawn, WithdrawnList
from store_terminal_sim.testing.enrolled import FALSE, false_enrolment

N = FaultName
HALL, SECOND = "ichikawa-city-hall-1", timedelta(seconds=1)


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


def test_reports_under_false_enrolments(planted: Planted) -> None:
    """Each signed by the terminal's own key, of which nobody who may says that it is its."""
    registrar = SigningKey.load(planted.installation / "registrar" / "enrolment.pem")
    listed = SigningKey.load(planted.installation / "gateway" / "request.pem")
    rows = planted.sql(
        "SELECT terminal, sequence, received_at FROM reports ORDER BY received_at LIMIT $1",
        len(FALSE),
    )
    for name, row in zip(FALSE, rows, strict=True):
        key = SigningKey.load(
            planted.installation / "terminals" / row["terminal"] / "statement.pem"
        )
        false = false_enrolment(name, registrar, row["terminal"], key, row["received_at"], listed)
        planted.resign(
            f"terminal = '{row['terminal']}' AND sequence = {row['sequence']}",
            lambda report, false=false: report.model_copy(update={"enrolment": false}),
        )
    invalid = {
        (fault.where, fault.what.partition(":")[0])
        for fault in planted.verdict().faults
        if fault.name is N.REPORT_INVALID
    }
    assert invalid == {(row["terminal"], f"report {row['sequence']}") for row in rows}


def test_reports_after_their_terminal_was_lost(planted: Planted) -> None:
    registrar = SigningKey.load(planted.installation / "registrar" / "enrolment.pem")
    token = (planted.installation / "terminals" / HALL / "enrolment.jws").read_text("ascii")
    enrolment = Enrolment.verified(token, registrar.private.public_key()).enrolment
    path = planted.installation / "withdrawn-enrolments.jws"
    known = WithdrawnList.verified(path.read_text("ascii"), registrar.private.public_key())
    (row,) = planted.sql("SELECT max(received_at) AS last FROM reports WHERE terminal = $1", HALL)
    for since, found in ((row["last"], {HALL}), (row["last"] + SECOND, set[str]())):
        withdrawn = Withdrawn(enrolment=enrolment, since=since)
        said = known.model_copy(update={"withdrawn": (withdrawn,)})
        path.write_text(said.signed_by(registrar))
        assert planted.found().get(N.REPORT_INVALID, set()) == found


def test_cash_that_was_never_counted(planted: Planted) -> None:
    planted.sql("DELETE FROM reports WHERE event = 'cash_counted' AND terminal LIKE 'ichikawa%'")
    assert planted.found() == {
        N.CASH_NOT_COUNTED: {"ichikawa-city-hall-1"},
        N.REPORT_NOT_AT_GATEWAY: {"ichikawa-city-hall-1"},
    }
    waiting = planted.verdict().reconciliation.excused
    assert [one.amount.papers for one in waiting if one.party is Party.COUNTED] == [2]
