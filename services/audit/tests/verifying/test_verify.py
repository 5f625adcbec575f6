"""Each harm to an archive is found, and its exact place is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from audit.verifying.heads import asked_heads
from audit.verifying.verdict import Verdict
from audit.verifying.verify import verify
from audit_testing.harming import Verified, cut_last, harm, only, stamped_as
from audit_testing.parties import NOW, Parties
from audit_testing.stamping import WITNESSES, head, heads, stamped
from local_stack.ports import free_port
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.events import AuditEvent, event_digest
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord
from madoguchi_wire_testing.timestamp_authority import TimestampAuthority

BATCH = 50
"""Events of a stamp."""


def _from_end(verdict: Verdict) -> set[tuple[str, int | None, str | None]]:
    return {(fault.name, fault.stamp, fault.witness) for fault in verdict.faults}


def _place(number: int) -> tuple[int, int]:
    return number // BATCH + 1, number % BATCH + 1


async def test_a_whole_archive_holds(
    verified: Verified, events: list[AuditEvent], stamps: list[StampRecord]
) -> None:
    verdict = await verified()
    assert verdict.faults == ()
    assert (verdict.events, verdict.stamps, verdict.witnesses) == (len(events), len(stamps), 2)
    assert (verdict.unstamped, verdict.on_the_way, verdict.removed) == (0, 0, 0)


@pytest.mark.parametrize("number", [0, 60, 777])
async def test_one_changed_byte_is_found_and_named(
    archive: Connection, verified: Verified, events: list[AuditEvent], number: int
) -> None:
    event = events[number]
    canonical = event.canonical().replace(b'"fee":200', b'"fee":100')
    if canonical == event.canonical():
        canonical = canonical.replace(b'"salt":"', b'"salt":"0')
    await harm(archive, "UPDATE events SET canonical = $2 WHERE event_id = $1", event.id, canonical)
    fault = only((await verified()).faults)
    assert (fault.name, fault.event_id) == ("event-changed", event.id)
    assert (fault.stamp, fault.event) == _place(number)


async def test_a_change_with_all_digests_made_to_fit_is_found(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    event = events[100]
    canonical = event.model_copy(update={"salt": "0" * 32}).canonical()
    digest = event_digest(canonical)
    await harm(
        archive,
        "UPDATE events SET canonical = $2, digest = $3 WHERE event_id = $1",
        *(event.id, canonical, digest),
    )
    await harm(archive, "UPDATE event_keys SET digest = $2 WHERE event_id = $1", event.id, digest)
    faults = (await verified()).faults
    assert {fault.name for fault in faults} == {"event-missing", "event-foreign"}
    assert {(f.stamp, f.event) for f in faults if f.name == "event-missing"} == {_place(100)}
    assert {f.event_id for f in faults if f.name == "event-foreign"} == {event.id}


async def test_a_change_with_its_own_digest_made_to_fit_is_found(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    canonical = events[100].model_copy(update={"salt": "0" * 32}).canonical()
    await harm(
        archive,
        "UPDATE events SET canonical = $2, digest = $3 WHERE event_id = $1",
        *(events[100].id, canonical, event_digest(canonical)),
    )
    fault = only((await verified()).faults)
    assert (fault.name, fault.event_id) == ("event-changed", events[100].id)


@pytest.mark.parametrize("number", [0, 333])
async def test_one_deleted_event_is_found_and_named(
    archive: Connection, verified: Verified, events: list[AuditEvent], number: int
) -> None:
    await harm(archive, "DELETE FROM events WHERE event_id = $1", events[number].id)
    faults = (await verified()).faults
    missing = [fault for fault in faults if fault.name == "event-missing"]
    assert [(f.event_id, f.stamp, f.event) for f in missing] == [
        (events[number].id, *_place(number))
    ]
    others = {(f.name, f.subject) for f in faults if f not in missing}
    assert others <= {("sequence-gap", events[number].subject)}


async def test_a_gap_within_an_issuance_is_found(
    archive: Connection, verified: Verified, parties: Parties, events: list[AuditEvent]
) -> None:
    """Though it was never stamped, either."""
    gone = next(event for event in events if event.sequence == 2)
    kept = [event for event in events if event is not gone]
    await harm(archive, "DELETE FROM events WHERE event_id = $1", gone.id)
    again = stamped(parties, kept, batch=BATCH)
    await stamped_as(archive, again)
    seen = [head(parties, code, again[-1], NOW) for code in WITNESSES]
    fault = only((await verified(heads=seen)).faults)
    assert (fault.name, fault.subject, fault.sequence) == ("sequence-gap", gone.subject, 3)


async def test_an_issuance_that_was_stamped_in_another_order_is_found(
    archive: Connection, verified: Verified, parties: Parties, events: list[AuditEvent]
) -> None:
    second = next(event for event in events if event.sequence == 2)
    others = [event for event in events if event is not second]
    first = next(at for at, one in enumerate(others) if one.subject == second.subject)
    others.insert(first, second)
    again = stamped(parties, others, batch=BATCH)
    await stamped_as(archive, again)
    seen = [head(parties, code, again[-1], NOW) for code in WITNESSES]
    fault = only((await verified(heads=seen)).faults)
    assert (fault.name, fault.subject) == ("event-out-of-order", second.subject)


async def test_two_swapped_events_are_found_and_named(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    one, other = events[20], events[21]
    for here, there in ((one, other), (other, one)):
        await harm(
            archive,
            "UPDATE events SET canonical = $2 WHERE event_id = $1",
            *(here.id, there.canonical()),
        )
    faults = (await verified()).faults
    assert {(f.name, f.event_id) for f in faults} == {
        ("event-changed", one.id),
        ("event-changed", other.id),
    }


async def test_two_swapped_leaves_of_a_stamp_are_found_and_named(
    archive: Connection, verified: Verified, stamps: list[StampRecord]
) -> None:
    first, second, *rest = stamps[3].leaves
    swapped = stamps[3].model_copy(update={"leaves": (second, first, *rest)})
    await harm(
        archive, "UPDATE stamp_records SET record = $1 WHERE number = 4", swapped.canonical()
    )
    faults = (await verified()).faults
    assert ("root-wrong", 4) in {(fault.name, fault.stamp) for fault in faults}
    assert {fault.stamp for fault in faults if fault.stamp is not None} == {4}


async def test_a_cut_tail_is_found_by_what_witnesses_saw(
    archive: Connection, verified: Verified, parties: Parties, stamps: list[StampRecord]
) -> None:
    last = len(stamps)
    for digest in stamps[-1].leaves:
        await harm(archive, "DELETE FROM events WHERE digest = $1", digest)
        await harm(archive, "DELETE FROM event_keys WHERE digest = $1", digest)
    await cut_last(archive, stamps[-1])
    assert _from_end(await verified()) == {("tail-cut", last, code) for code in WITNESSES}
    # What whoever cut it has without any key: the countersignatures of the stamp that is last now.
    stored = await verified(heads=stamps[-2].countersignatures)
    assert _from_end(stored) == {
        ("head-refused", last - 1, None),
        ("heads-missing", last - 1, None),
    }
    old = [head(parties, code, stamps[-2], NOW - timedelta(days=1)) for code in WITNESSES]
    assert _from_end(await verified(heads=old)) == {("heads-missing", last - 1, None)}
    once = [head(parties, "122033", stamps[-2], NOW)] * 3
    assert _from_end(await verified(heads=once)) == {("heads-missing", last - 1, None)}
    assert _from_end(await verified(heads=())) == {("heads-missing", last - 1, None)}


async def test_a_witness_that_is_away_or_answers_for_another_is_named(
    parties: Parties, verified: Verified, stamps: list[StampRecord]
) -> None:
    asked: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        return web.json_response({"head": head(parties, "122033", stamps[-1], NOW)})

    app = web.Application()
    app.router.add_get("/v1/stamps/head", answer)
    async with TestServer(app) as server:
        here = str(server.make_url("")).rstrip("/")
        nobody = f"http://127.0.0.1:{free_port()}"
        addresses = {"122033": here, "131130": here, "132047": nobody}
        said = await asked_heads(addresses, NOW)
    assert {one["municipality"] for one in asked} == {"122033", "131130"}
    assert {one["as_of"] for one in asked} == {"2026-07-01T00:00:00.000Z"}
    verdict = await verified(heads=said.tokens, away=said.away)
    assert _from_end(verdict) == {
        ("head-missing", None, "131130"),
        ("head-missing", None, "132047"),
        ("heads-missing", len(stamps), None),
    }
    assert "by 122033" in next(fault.what for fault in verdict.faults)


async def test_what_no_stamp_names_for_hours_is_named_though_stamps_stopped(
    archive: Connection, verified: Verified, parties: Parties, stamps: list[StampRecord]
) -> None:
    """Counted from now: nobody may delete what is unstamped by holding stamps back."""
    await harm(archive, "DELETE FROM stamp_records WHERE number = $1", len(stamps))
    last = await archive.fetchval("SELECT max(time) FROM events")
    # As if the last stamp but one were of the same minute.
    await harm(
        archive, "UPDATE events SET time = $1 WHERE digest = ANY ($2)", last, stamps[-1].leaves
    )

    async def names(now: datetime) -> set[str]:
        seen = heads(parties, stamps[-2], now)
        faults = (await verified(heads=seen, now=now)).faults
        return {one.name for one in faults if one.name.startswith("event-")}

    assert await names(last + timedelta(hours=3)) == set()
    assert await names(last + timedelta(hours=5)) == {"event-unstamped"}


async def test_a_history_rewritten_with_the_centres_key_is_found(
    archive: Connection,
    verified: Verified,
    parties: Parties,
    events: list[AuditEvent],
) -> None:
    gone = events[BATCH * 4 + 7]
    kept = [event for event in events if event.subject != gone.subject]
    rewritten = stamped(parties, kept, batch=BATCH, witnesses=())
    await harm(archive, "DELETE FROM events WHERE subject = $1", gone.subject)
    await harm(archive, "DELETE FROM event_keys WHERE digest NOT IN (SELECT digest FROM events)")
    await stamped_as(archive, rewritten)
    faults = (await verified()).faults
    named = {fault.name for fault in faults}
    assert "countersignatures-missing" in named
    assert named & {"history-rewritten", "tail-cut"}
    assert not [f for f in faults if f.name in ("event-missing", "event-changed")]


async def test_an_event_that_nobody_stamped_is_found(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    await harm(
        archive,
        """INSERT INTO events (day, source, event_id, type, subject, sequence, time, canonical,
                               digest)
           SELECT day, source, 'invented', type, 'invented', 1, time, canonical, digest
           FROM events WHERE event_id = $1""",
        events[5].id,
    )
    faults = (await verified()).faults
    assert {(fault.name, fault.event_id) for fault in faults} == {("event-foreign", "invented")}


async def test_a_column_that_says_something_else_is_found(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    await harm(archive, "UPDATE events SET terminal = 'another' WHERE event_id = $1", events[9].id)
    fault = only((await verified()).faults)
    assert (fault.name, fault.event_id) == ("row-changed", events[9].id)
    assert "terminal" in fault.what


async def test_a_payload_that_was_emptied_by_hand_is_found(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    await harm(archive, "UPDATE events SET canonical = NULL WHERE event_id = $1", events[9].id)
    fault = only((await verified()).faults)
    assert (fault.name, fault.event_id) == ("payload-missing", events[9].id)


_RULE = """
    INSERT INTO retention_rules (municipality, days, set_by, reason, set_at)
    SELECT coalesce(municipality, 'centre'), 30, 'sato', 'r', $2::timestamptz - interval '1 day'
    FROM events WHERE event_id = $1
"""
_REMOVAL = """
    INSERT INTO removals (municipality, before_day, events, removed_at)
    SELECT coalesce(municipality, 'centre'), day + $2::int, 1, $3 FROM events WHERE event_id = $1
"""
_HOLD = """
    INSERT INTO holds (hold_id, subject, placed_by, reason, placed_at)
    SELECT gen_random_uuid(), subject, 'sato', 'r', $2::timestamptz - interval '1 h'
    FROM events WHERE event_id = $1
"""


_ARCHIVED = datetime.now(UTC)
_PAST = _ARCHIVED + timedelta(hours=1)
_LATER = _ARCHIVED + timedelta(hours=2)
_REMOVALS = {
    "by a rule": ((_RULE,), 1, _PAST),
    "no rule": ((), 1, _PAST),
    "held": ((_RULE, _HOLD), 1, _PAST),
    "to come": ((_RULE,), 1, _LATER + timedelta(hours=1)),
    "too early": ((_RULE,), 280, _PAST),
    "before it was archived": ((_RULE,), 1, NOW),
}


@pytest.mark.parametrize("case", list(_REMOVALS))
async def test_a_removal_has_to_be_by_a_rule_past_and_free_of_holds(
    archive: Connection,
    verified: Verified,
    events: list[AuditEvent],
    parties: Parties,
    stamps: list[StampRecord],
    case: str,
) -> None:
    before, days, removed_at = _REMOVALS[case]
    event = events[9]
    await harm(
        archive,
        """UPDATE events SET canonical = NULL, terminal = NULL, site = NULL, kind = NULL,
               build = NULL, fonts = NULL, templates = NULL, records_version = NULL
           WHERE event_id = $1""",
        event.id,
    )
    for statement in before:
        await archive.execute(statement, event.id, removed_at)
    await archive.execute(_REMOVAL, event.id, days, removed_at)
    seen = heads(parties, stamps[-1], _LATER)
    verdict = await verified(heads=seen, now=_LATER)
    if case == "by a rule":
        assert (verdict.faults, verdict.removed) == ((), 1)
    else:
        fault = only(verdict.faults)
        assert (fault.name, fault.event_id) == ("payload-missing", event.id)


async def test_from_a_day_on_only_what_follows_is_looked_at(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    day = events[600].time.date() + timedelta(days=1)
    await harm(archive, "DELETE FROM events WHERE event_id = $1", events[3].id)
    verdict = await verified(first_day=day)
    assert verdict.faults == ()
    # With those of the last stamp before the day, by which it is proven where the day begins.
    assert 0 < verdict.events <= len(events) - 600 + 2 * BATCH


async def test_a_day_begins_where_signed_times_say_so(
    archive: Connection, verified: Verified, events: list[AuditEvent], stamps: list[StampRecord]
) -> None:
    """Whoever moves stamps to another day by their column hides nothing behind a first day."""
    await harm(
        archive, "UPDATE stamp_records SET stamped_at = '2026-01-01' WHERE number BETWEEN 20 AND 29"
    )
    wrong = {("row-changed", number) for number in range(20, 30)}
    for first_day in (None, events[600].time.date()):
        faults = (await verified(first_day=first_day)).faults
        assert {(fault.name, fault.stamp) for fault in faults} == wrong
    lying = stamps[34].model_copy(update={"stamp": stamps[4].stamp}).canonical()
    await harm(archive, "UPDATE stamp_records SET record = $1 WHERE number = 35", lying)
    faults = (await verified(first_day=date(2026, 5, 12))).faults
    assert 35 in {fault.stamp for fault in faults}


async def test_a_day_without_stamps_holds(verified: Verified, stamps: list[StampRecord]) -> None:
    """A quiet morning is no cut tail: the last stamp before it is looked at."""
    verdict = await verified(first_day=date(2026, 8, 1))
    assert (verdict.faults, verdict.stamps, verdict.last_stamp) == ((), 1, len(stamps))


async def test_a_record_that_nobody_can_read_is_named(
    archive: Connection, verified: Verified
) -> None:
    await harm(archive, "UPDATE stamp_records SET record = '{' WHERE number = 3")
    faults = (await verified()).faults
    assert ("stamp-refused", 3) in {(fault.name, fault.stamp) for fault in faults}


@pytest.mark.parametrize("table", ["events", "event_keys", "stamp_records", "accesses", "holds"])
async def test_nobody_changes_the_archive_by_mistake(archive: Connection, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        if statement.startswith("DELETE") and table in ("accesses", "holds"):
            continue  # empty here: a trigger of rows has no row to refuse
        with pytest.raises(asyncpg.RestrictViolationError):
            await archive.execute(statement)


async def test_a_stamp_that_the_authority_saw_long_after_its_time_is_named(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> None:
    authority = TimestampAuthority.make(tmp_path)
    token = to_base64url(authority.token(stamps[1].stamp))
    timed = [record.model_copy(update={"timestamp": token}) for record in stamps]
    await stamped_as(archive, [stamps[0], timed[1], *stamps[2:3]])
    rules = replace(parties.rules, timestamp_roots=(*authority.roots,))
    verdict = await verify(archive, rules, NOW)
    # Written in spring, and seen by the authority at the time of this machine's clock.
    chain = [(fault.name, fault.stamp) for fault in verdict.faults if "timestamp" in fault.name]
    assert chain == [("timestamp-late", 2), ("timestamp-missing", 3)]
    assert verdict.timed == 1
