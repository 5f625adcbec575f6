"""A recall lists exactly the papers that a naive search finds, each with its state."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from audit.recall.csv import as_csv
from audit.recall.left_out import LeftOut
from audit.recall.papers import Paper, Wanted, left_out, recalled, removed_in
from audit.retention.rules import empty_payloads, set_rule
from audit_testing.harming import harm
from audit_testing.parties import NOW
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.events import AuditEvent, EventType, event_digest
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

FONTS = sha256_hex(b"one font")
RECORDS = sha256_hex(b"records 122033 41")
FIRST, LAST = date(2026, 4, 10), date(2026, 4, 20)
Holds = Callable[[AuditEvent], bool]


def _data(**wanted: str) -> Holds:
    return lambda event: wanted.items() <= event.data.items()


CASES: dict[str, tuple[Wanted, str, Holds]] = {
    "build": (Wanted(build="build-1"), "prepared", _data(build="build-1")),
    "fonts": (Wanted(fonts=FONTS), "prepared", _data(fonts=FONTS)),
    "records": (
        Wanted(records_version=RECORDS),
        "prepared",
        _data(records_version_sha256=RECORDS),
    ),
    "terminal": (
        Wanted(terminal="komorebi-122033-2"),
        "accepted",
        _data(terminal="komorebi-122033-2"),
    ),
    "period": (
        Wanted(municipality="131130", first_day=FIRST, last_day=LAST),
        "accepted",
        lambda e: e.data["municipality"] == "131130" and FIRST <= japan_day(e.time) <= LAST,
    ),
    "all together": (
        Wanted(build="build-2", municipality="132047", first_day=FIRST),
        "prepared",
        lambda e: _data(build="build-2", municipality="132047")(e) and japan_day(e.time) >= FIRST,
    ),
    "nothing": (Wanted(build="never"), "prepared", lambda _: False),
}


async def _recalled(connection: Connection, wanted: Wanted) -> list[Paper]:
    return [paper async for paper in recalled(connection, wanted)]


@pytest.mark.parametrize("case", CASES)
async def test_it_lists_what_a_naive_search_finds(
    archive: Connection, events: list[AuditEvent], case: str
) -> None:
    wanted, step, holds = CASES[case]
    subjects = {
        event.subject
        for event in events
        if event.type == f"madoguchi.issuance.{step}.v1" and holds(event)
    }
    last = {
        event.subject: event.data["state"]
        for event in sorted(events, key=lambda event: event.sequence)
        if event.subject in subjects
    }
    papers = await _recalled(archive, wanted)
    assert {paper.issuance: paper.state for paper in papers} == last
    assert len(papers) == len(subjects)
    assert all((paper.paper == "out") == (paper.state == "completed") for paper in papers)


async def test_papers_whose_payload_is_gone_are_counted(
    archive: Connection, events: list[AuditEvent]
) -> None:
    await set_rule(archive, "122033", 30, Person.of("sato", "the time is over"))
    await empty_payloads(archive)
    prepared = [e for e in events if e.type == "madoguchi.issuance.prepared.v1"]
    gone = [event for event in prepared if event.data["municipality"] == "122033"]
    wanted = Wanted(build="build-1")
    assert await removed_in(archive, wanted) == len(gone)
    assert all(p.municipality != "122033" for p in await _recalled(archive, wanted))


async def test_csv_has_a_line_for_each_paper(archive: Connection) -> None:
    papers = await _recalled(archive, Wanted(terminal="komorebi-122033-1"))
    rows = list(csv.DictReader(StringIO(as_csv(papers))))
    assert [row["issuance"] for row in rows] == [paper.issuance for paper in papers]


async def test_a_recall_that_lacks_a_papers_end_says_so(
    archive: Connection, events: list[AuditEvent]
) -> None:
    """Whoever takes away what says that events are stamped makes no recall smaller in silence."""
    wanted = Wanted(terminal="komorebi-122033-2")
    whole = [paper async for paper in recalled(archive, wanted)]
    done = next(paper for paper in whole if paper.state == "completed")
    end = next(
        e for e in events if (e.subject, e.type) == (done.issuance, EventType.ISSUANCE_COMPLETED)
    )
    assert await left_out(archive, wanted, NOW) == LeftOut(0, 0)
    await harm(archive, "DELETE FROM covered WHERE digest = $1", event_digest(end.canonical()))
    assert [paper async for paper in recalled(archive, wanted)] != whole
    left = await left_out(archive, wanted, NOW)
    assert left == LeftOut(1, 1)
    assert "papers may be missing" in left.lines()[-1]
    assert await left_out(archive, wanted, end.time + timedelta(hours=3)) == LeftOut(1, 0)
