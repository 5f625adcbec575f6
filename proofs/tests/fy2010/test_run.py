"""Two days with a month's end between them, through the whole system."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from proofs.fy2010.report import report_of
from proofs.fy2010.run import Wanted, run
from proofs.fy2010.seed import PLACES

PAPERS = {"市内": (2, 1), "千葉県": (1, 0), "その他府県": (0, 1)}


def test_statements_say_what_was_printed_on_both_sides_of_a_months_end(tmp_path: Path) -> None:
    places = [
        replace(place, resident=PAPERS[place.label][0], seal=PAPERS[place.label][1])
        for place in PLACES
        if place.label in PAPERS
    ]
    days = (date(2010, 5, 31), date(2010, 6, 1))  # of one fiscal year, whose share is stated once
    wanted = Wanted(tmp_path, 3, days, places, cards=12)
    ran = run(wanted, lambda _: None)
    report = report_of(wanted, ran)
    assert (report.holds, report.differences, ran.verdict.faults) == (True, (), ())
    assert (report.issuances, report.commission, report.cost.share) == (5, 5 * 120, 5_000_000)
    assert [one.period for one in ran.statements] == ["2010-05", "2010-06"]
    assert all(one.totals.papers for one in ran.statements)
    assert not ran.verdict.reconciliation.excused, "closed, counted and paid in"
    assert {line.day for one in ran.statements for line in one.by_day} == set(days)
