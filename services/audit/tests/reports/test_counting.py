"""What is counted of events that are told one by one."""

from datetime import datetime
from typing import Any

from audit.reports.counting import QuarterCounter
from audit.reports.facts import Facts, Refusals
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
