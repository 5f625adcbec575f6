"""What is counted of events that are told one by one."""

from datetime import datetime
from typing import Any

from audit.reports.counting import QuarterCounter
from audit.reports.facts import Facts, Outage, OutageEnd, Refusals
from audit.reports.quarter import Quarter
from madoguchi_wire.clock import JAPAN

QUARTER = Quarter(2026, 1)
OVER = datetime(2026, 10, 1, tzinfo=JAPAN)
Told = tuple[datetime, str, str, dict[str, Any]]


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=JAPAN)


def counted(*told: Told, now: datetime = OVER) -> Facts:
    """Return the quarter of events, each with its moment, short type, subject and data."""
    counter = QuarterCounter("122033", QUARTER, now)
    for time, kind, subject, data in told:
        counter.add(f"madoguchi.{kind}.v1", time, subject, data)
    return counter.facts()


def test_requests_that_were_refused_before_an_issuance_are_counted_by_reason() -> None:
    def refused(day: int, problem: str) -> Told:
        return at(6, day), "request.refused", "x", {"problem": problem}

    facts = counted(
        *(refused(day, "card-certificate-revoked") for day in range(1, 13)),
        *(refused(day, "outside-hours") for day in range(1, 12)),
        (at(7, 1), "request.refused", "x", {"problem": "outside-hours"}),
    )
    assert facts.turned_away == (
        Refusals("card-certificate-revoked", 12),
        Refusals("outside-hours", 11),
    )
    assert facts.refusals == ()


def test_test_papers_are_counted_apart_and_nothing_else_of_them_is() -> None:
    test, fee = {"test": True, "kind": "resident_record", "fee": 0}, {"problem": "adapter-timeout"}
    facts = counted(
        (at(6, 1), "issuance.completed", "a", {"kind": "resident_record", "fee": 250}),
        (at(6, 1), "issuance.completed", "b", test),
        (at(6, 1), "issuance.voided", "c", test),
        (at(6, 1), "issuance.quarantined", "d", test),
        *((at(6, 2, hour), "issuance.refused", str(hour), test | fee) for hour in range(9, 14)),
        *((at(6, 2, hour), "request.refused", "e", test | fee) for hour in range(9, 21)),
        (at(7, 1), "issuance.completed", "f", test),
    )
    assert (facts.tests, facts.papers, facts.yen, facts.voided) == (1, 1, 250, 0)
    assert (facts.quarantines, facts.outages, facts.refusals, facts.turned_away) == ([], [], (), ())


def test_what_began_before_and_was_open_is_told_and_what_was_closed_before_is_not() -> None:
    def raised(month: int, stop: str) -> Told:
        return at(month, 3), "stop.raised", "x", {"stop": stop, "cause": "person", "what": "y"}

    def released(month: int, stop: str) -> Told:
        told = {"stop": stop, "released_by": "sato", "finding": "cause-mended"}
        return at(month, 4), "stop.released", "x", told

    def held(month: int, issuance: str) -> Told:
        return at(month, 3), "issuance.quarantined", issuance, {"problem": "attestation-refused"}

    def voided(month: int, issuance: str) -> Told:
        return at(month, 4), "issuance.voided", issuance, {"decided_by": "sato"}

    facts = counted(
        *(told for stop in "abcd" for told in (raised(2, stop), held(2, stop))),
        *(told for stop in "a" for told in (released(2, stop), voided(2, stop))),
        *(told for stop in "b" for told in (released(5, stop), voided(5, stop))),
        *(told for stop in "c" for told in (released(8, stop), voided(8, stop))),
        *(raised(7, "e"), held(7, "e")),
    )
    assert {one.stop: one.released for one in facts.stops} == {
        "b": at(5, 4),
        "c": at(8, 4),
        "d": None,
    }
    assert {one.issuance: one.closed_at for one in facts.quarantines} == {
        "b": at(5, 4),
        "c": at(8, 4),
        "d": None,
    }
    # Of the voided ones this quarter counts its own.
    assert facts.voided == 1


def test_an_outage_is_told_as_long_as_events_show_it_and_cut_at_the_quarters_edges() -> None:
    def failed(month: int, day: int, *hours: int) -> list[Told]:
        problem = {"problem": "adapter-timeout"}
        return [(at(month, day, hour), "issuance.refused", "x", problem) for hour in hours]

    def document(month: int, day: int, hour: int) -> Told:
        return at(month, day, hour), "issuance.prepared", "x", {}

    before = [*failed(3, 31, 20, 21), *failed(4, 1, 8), document(4, 1, 9)]
    within = [*failed(5, 1, 8, 9, 10), document(5, 1, 11), *failed(5, 2, 8, 9), document(5, 2, 10)]
    after = [*failed(6, 30, 22, 23), *failed(7, 1, 0), document(7, 1, 9)]
    facts = counted(*before, *within, *after)
    assert facts.outages == [
        Outage(at(4, 1, 0), at(4, 1, 9), OutageEnd.DOCUMENT, 1, began_before=True),
        Outage(at(5, 1, 8), at(5, 1, 11), OutageEnd.DOCUMENT, 3),
        Outage(at(6, 30, 22), at(7, 1, 0), OutageEnd.EDGE, 2),
    ]
    # Nobody ordered since: nothing is known of the time after the last that failed.
    silent = counted(*failed(5, 1, 8, 9, 10), now=at(5, 20))
    assert silent.outages == [Outage(at(5, 1, 8), at(5, 1, 10), OutageEnd.LAST_FAILURE, 3)]
    # What lies wholly before the quarter is the other's.
    assert counted(*failed(3, 31, 19, 20, 21), document(3, 31, 22)).outages == []
