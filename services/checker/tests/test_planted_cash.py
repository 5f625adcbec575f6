"""Coins that are not counted or collected as the papers say, signed by the terminal's own key."""

import json
from datetime import UTC, datetime, timedelta

from checker.fault import FaultName
from checker.testing import Planted
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.reports import CashCollected, CashCounted, TerminalReport

N = FaultName
HALL, IN_THE_HALL = "ichikawa-city-hall-1", 2 * 200
EMPTIED_YEN = 250
"""What was taken out of one machine, and reported, before all were counted."""


def test_cash_that_is_short_by_a_fee(planted: Planted) -> None:
    (row,) = planted.sql(
        "SELECT sequence FROM reports WHERE terminal = $1 AND event = 'cash_counted'", HALL
    )
    _report_otherwise(planted, HALL, row["sequence"], CashCounted(yen=IN_THE_HALL - 200))
    assert planted.found() == {
        N.CASH_DIFFERS: {HALL},
        N.NOT_RECONCILED: {HALL},
        N.MONEY_DIFFERS: {HALL},  # the machine's own log knows better
        N.REPORT_DIFFERS: {HALL},
    }


def test_coins_that_were_taken_out_and_not_all_reported(planted: Planted) -> None:
    """Somebody empties a machine and reports a fee less, or a fee more than came in."""
    (row,) = planted.sql(
        "SELECT terminal, sequence FROM reports WHERE event = 'cash_collected' LIMIT 1"
    )
    terminal = row["terminal"]
    for yen in (EMPTIED_YEN - 100, EMPTIED_YEN + 100):
        _report_otherwise(planted, terminal, row["sequence"], CashCollected(yen=yen))
        assert planted.found() == {
            N.CASH_DIFFERS: {terminal},
            N.NOT_RECONCILED: {terminal},
            N.MONEY_DIFFERS: {terminal},  # the machine's own log knows better
            N.REPORT_DIFFERS: {terminal},
        }
    planted.sql("DELETE FROM reports WHERE event = 'cash_collected'")
    found = planted.found()
    assert found[N.CASH_DIFFERS] == found[N.MONEY_DIFFERS] == {terminal}


def test_coins_that_were_taken_out_after_the_count(planted: Planted) -> None:
    """No count tells what was left, so no more may be taken than was counted."""
    (row,) = planted.sql("SELECT max(sequence) AS last FROM reports WHERE terminal = $1", HALL)
    planted.add_report(HALL, CashCollected(yen=0))
    for yen, faults in ((IN_THE_HALL, set[N]()), (IN_THE_HALL + 1, {N.CASH_DIFFERS})):
        _report_otherwise(planted, HALL, row["last"] + 1, CashCollected(yen=yen))
        found = planted.found()
        assert found.keys() == faults | {N.MONEY_DIFFERS, N.REPORT_NOT_IN_JOURNAL}


def _report_otherwise(
    planted: Planted, terminal: str, sequence: int, body: CashCounted | CashCollected
) -> None:
    """Let a terminal have reported something else, signed by its own key."""
    facts = json.loads((planted.installation / "installation.json").read_bytes())
    folder = planted.installation / "terminals" / terminal
    report = TerminalReport(
        terminal=terminal,
        sequence=sequence,
        reported_at=datetime.now(UTC) + timedelta(seconds=facts["clock_offset_seconds"]),
        enrolment=(folder / "enrolment.jws").read_text("ascii"),
        body=body,
    )
    key = SigningKey.load(folder / "statement.pem")
    planted.sql(
        "UPDATE reports SET token = $3 WHERE terminal = $1 AND sequence = $2",
        *(terminal, sequence, report.signed_by(key)),
    )
