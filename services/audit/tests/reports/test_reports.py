"""A report says what a naive count over the same history says."""

import csv
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
import pytest
from audit.consuming.files import import_files
from audit.recall.papers import Wanted, left_out, recalled
from audit.reports.counting import TROUBLE
from audit.reports.facts import Facts
from audit.reports.merging import SMALLEST_TOLD, merged
from audit.reports.quarter import Quarter
from audit.reports.reading import quarter_facts
from audit.reports.rendering import rendered
from audit_testing.harming import harm
from audit_testing.parties import CENTRE, MUNICIPALITIES, NOW
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN, japan_day
from madoguchi_wire.event_data.examples import example_event
from madoguchi_wire.events import AuditEvent, EventType, event_digest
from madoguchi_wire.kit.pool import Connection

QUARTER = Quarter(2026, 1)


def _own(events: list[AuditEvent], municipality: str, kind: str) -> list[AuditEvent]:
    return [
        event
        for event in events
        if event.data.get("municipality") == municipality
        and event.type == f"madoguchi.{kind}.v1"
        and QUARTER.first_day <= japan_day(event.time) <= QUARTER.last_day
    ]


@pytest.mark.parametrize("municipality", MUNICIPALITIES)
async def test_its_numbers_are_those_of_a_naive_count(
    archive: Connection, events: list[AuditEvent], municipality: str
) -> None:
    facts = await quarter_facts(archive, municipality, QUARTER, NOW)
    completed = _own(events, municipality, "issuance.completed")
    kinds = Counter(event.data["kind"] for event in completed)
    assert {kind: one.papers for kind, one in facts.issued.items()} == kinds
    assert facts.yen == sum(event.data["fee"] for event in completed)
    assert sum(facts.weeks.values()) == facts.papers == len(completed)
    assert facts.voided == len(_own(events, municipality, "issuance.voided"))
    assert facts.expired == len(_own(events, municipality, "issuance.expired"))
    assert facts.in_doubt == len(_own(events, municipality, "issuance.in_doubt"))

    refused = Counter(e.data["problem"] for e in _own(events, municipality, "issuance.refused"))
    persons = {reason: count for reason, count in refused.items() if reason not in TROUBLE}
    told = {one.reason: one.count for one in facts.refusals if one.reason is not None}
    assert told.items() <= persons.items()
    rare = [count for reason, count in persons.items() if reason not in told]
    merged_row = [one.count for one in facts.refusals if one.reason is None]
    assert merged_row == ([sum(rare) if sum(rare) >= SMALLEST_TOLD else None] if rare else [])


@pytest.mark.parametrize("municipality", MUNICIPALITIES)
async def test_each_quarantine_and_stop_is_told_with_its_end(
    archive: Connection, events: list[AuditEvent], municipality: str
) -> None:
    facts = await quarter_facts(archive, municipality, QUARTER, NOW)
    held = _own(events, municipality, "issuance.quarantined")
    assert [one.issuance for one in facts.quarantines] == [event.subject for event in held]
    ended = {e.subject: e.data["decided_by"] for e in events if e.data.get("decided_by")}
    assert {one.issuance: one.closed_by for one in facts.quarantines} == {
        event.subject: ended.get(event.subject) for event in held
    }
    raised = _own(events, municipality, "stop.raised")
    released = {e.data["stop"] for e in events if e.type == "madoguchi.stop.released.v1"}
    assert {one.stop: one.released is not None for one in facts.stops} == {
        event.data["stop"]: event.data["stop"] in released for event in raised
    }


async def test_what_is_still_open_is_told_in_the_next_quarter_too(archive: Connection) -> None:
    following = await quarter_facts(archive, "122033", Quarter(2026, 2), NOW)
    began = await quarter_facts(archive, "122033", QUARTER, NOW)
    open_then = {one.stop for one in began.stops if one.released is None}
    assert open_then
    first = Quarter(2026, 2).begins
    assert {one.stop for one in following.stops if one.raised < first} == open_then
    assert {one.issuance for one in following.quarantines if one.began < first} == {
        one.issuance for one in began.quarantines if one.closed is None
    }
    page = rendered(following, "csv").decode()
    assert page.count("since before the quarter") == 2 * len(open_then)


async def test_an_outage_is_told_from_its_first_failure_to_the_next_document(
    archive: Connection, events: list[AuditEvent]
) -> None:
    (outage,) = (await quarter_facts(archive, "122033", QUARTER, NOW)).outages
    assert outage.began.astimezone(JAPAN).strftime("%m-%d %H:%M") == "04-20 12:00"
    assert outage.failed == 6
    prepared = _own(events, "122033", "issuance.prepared")
    assert outage.ended == min(e.time for e in prepared if e.time > outage.began)
    # Two failures in a row are none.
    assert (await quarter_facts(archive, "131130", QUARTER, NOW)).outages == []


async def test_what_no_stamp_covers_counts_nowhere_and_is_told(
    archive: Connection, events: list[AuditEvent], tmp_path: Path
) -> None:
    before = await quarter_facts(archive, "122033", QUARTER, NOW)
    wanted = Wanted(municipality="122033")
    papers = [paper async for paper in recalled(archive, wanted)]
    # As whoever reaches the topic can write them: of another paper, and with another fee.
    copied = [
        _own(events, "122033", kind)[0].model_copy(update={"id": str(uuid4()), "subject": "x"})
        for kind in ("issuance.accepted", "issuance.completed")
    ]
    copied[1] = copied[1].model_copy(update={"data": copied[1].data | {"fee": 777_777}})
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(b"".join(event.canonical() + b"\n" for event in copied))
    assert (await import_files(archive, forged, CENTRE, NOW)).events == 2
    after = await quarter_facts(archive, "122033", QUARTER, NOW)
    assert replace(after, unstamped=0, overdue=0) == before
    assert (before.unstamped, after.unstamped, after.overdue) == (0, 2, 2)
    assert "under complete stamps" in rendered(before, "html").decode()
    assert "Not yet stamped: 2 events, not counted" in rendered(after, "html").decode()
    assert [paper async for paper in recalled(archive, wanted)] == papers
    left = await left_out(archive, wanted, NOW)
    assert (left.events, left.overdue) == (2, 2)


async def test_a_report_that_lacks_what_was_stamped_says_so(
    archive: Connection, events: list[AuditEvent]
) -> None:
    """Whoever takes away what says that events are stamped makes no report smaller in silence."""
    digests = [event_digest(e.canonical()) for e in _own(events, "122033", "stop.raised")]
    await harm(archive, "DELETE FROM covered WHERE digest = ANY ($1)", digests)
    facts = await quarter_facts(archive, "122033", Quarter.of("2026-Q2"), NOW)
    assert (facts.stops, facts.unstamped, facts.overdue) == ([], 0, len(digests))
    told = rendered(facts, "html").decode()
    assert f"{len(digests)} events that are not counted are older than four hours" in told
    soon = await quarter_facts(archive, "122033", QUARTER, events[0].time)
    assert soon.overdue == 0


async def test_beside_the_code_stands_the_name_of_that_time(
    archive: Connection, tmp_path: Path
) -> None:
    def loaded(day: date, name: str) -> AuditEvent:
        moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        changes = {"time": moment, "data": {"municipality": "122033", "name": name}}
        event = example_event(EventType.CONFIGURATION_LOADED).model_copy(update=changes)
        return event.model_copy(update={"id": str(uuid4()), "source": CENTRE})

    days = (date(2026, 3, 1), date(2026, 6, 30), date(2026, 7, 1))
    told = [loaded(day, name) for day, name in zip(days, ("前町", "市川市", "後市"), strict=True)]
    lines = tmp_path / "names.jsonl"
    lines.write_bytes(b"".join(event.canonical() + b"\n" for event in told))
    await import_files(archive, lines, CENTRE, NOW)
    assert (await quarter_facts(archive, "122033", QUARTER, NOW)).name is None
    await archive.executemany(
        "INSERT INTO covered VALUES ($1)", [[event_digest(event.canonical())] for event in told]
    )
    facts = await quarter_facts(archive, "122033", QUARTER, NOW)
    assert facts.name == "市川市"
    assert "市川市 (団体コード 122033)" in rendered(facts, "html").decode()


async def test_a_quarter_that_is_not_over_says_so(archive: Connection) -> None:
    for now, is_over in ((datetime(2026, 6, 30, 14, tzinfo=UTC), False), (NOW, True)):
        page = rendered(await quarter_facts(archive, "122033", QUARTER, now), "html").decode()
        assert ("not over yet" in page) is not is_over
        assert f"Made at {now.astimezone(JAPAN):%Y-%m-%d %H:%M}" in page


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 40), max_size=8))
def test_no_count_below_ten_is_told_or_can_be_found_out(counts: dict[str, int]) -> None:
    rows = merged(counts)
    named = {row.reason: row.count for row in rows if row.reason is not None}
    assert all(counts[reason] == count for reason, count in named.items())
    assert all(count is not None and count >= SMALLEST_TOLD for count in named.values())
    hidden = [count for reason, count in counts.items() if reason not in named]
    others = [row.count for row in rows if row.reason is None]
    assert len(others) == (1 if hidden else 0)
    if others and others[0] is not None:
        assert others[0] == sum(hidden) >= SMALLEST_TOLD
        assert len(hidden) > 1


@pytest.fixture
async def facts(archive: Connection) -> Facts:
    return await quarter_facts(archive, "122033", QUARTER, NOW)


def test_the_page_asks_the_network_for_nothing(facts: Facts) -> None:
    page = rendered(facts, "html").decode()
    assert not re.search(r"(src|href)=|url\(|@import|<script", page)
    assert "令和8年度 第1四半期" in page
    assert f"{facts.papers:,} 件" in page


def test_the_pdf_has_every_part_in_both_languages(facts: Facts) -> None:
    document: Any = pypdfium2.PdfDocument(BytesIO(rendered(facts, "pdf")))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for words in ("交付件数", "Certificates issued", "隔離した交付", "障害", "Outages"):
        assert words in text
    assert rendered(facts, "pdf") == rendered(facts, "pdf")


def test_the_pdf_sets_heads_over_their_numbers_and_on_every_page(facts: Facts) -> None:
    [held, *_] = facts.quarantines
    long = replace(facts, quarantines=[held] * 30)
    document: Any = pypdfium2.PdfDocument(BytesIO(rendered(long, "pdf")))
    pages = [page.get_textpage() for page in document]
    rows = [page for page in pages if held.issuance[:8] in page.get_text_bounded()]
    assert len(rows) > 2
    assert all("5 隔離した交付" in page.get_text_bounded() for page in rows)

    def right_of(words: str) -> float:
        found = pages[0].search(words).get_next()
        return pages[0].get_charbox(found[0] + found[1] - 1)[2]

    assert right_of("Fees (yen)") == pytest.approx(right_of(f"{facts.yen:,}"), abs=1)
    after, before = pages[0].search("令和8").get_next()[0] + 2, right_of("令和")
    assert pages[0].get_charbox(after)[0] - before < 3


def test_the_csv_has_every_row(facts: Facts) -> None:
    rows = list(csv.reader(StringIO(rendered(facts, "csv").decode("utf-8-sig"))))
    issued = [row for row in rows if row[:2] == ["issued", "行"]]
    assert issued[-1][3:] == [str(facts.papers), str(facts.yen)]
    assert len([row for row in rows if row[:2] == ["stops", "行"]]) == len(facts.stops)


def test_the_quarters_of_a_fiscal_year_follow_each_other() -> None:
    quarters = [Quarter(2026, number) for number in (1, 2, 3, 4)]
    assert [one.first_day for one in quarters] == [
        *(date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1))
    ]
    for one, following in zip(quarters, [*quarters[1:], Quarter(2027, 1)], strict=True):
        assert one.last_day + timedelta(days=1) == following.first_day
    assert Quarter.of("2026-Q4") == quarters[3]
    with pytest.raises(ValueError, match="2026-Q1"):
        Quarter.of("2026-Q5")
