"""Payloads go when their time is over, by one role alone; holds keep them; the proof stays."""

from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest
from audit.consuming.files import import_files
from audit.holds.holds import Held, HoldUnknown, lift, list_holds, place
from audit.retention.rules import empty_payloads, list_rules, set_rule
from audit.verifying.verify import verify
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import head
from madoguchi_wire.clock import japan_day
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.stamps import StampRecord
from madoguchi_wire.trust_list import signed_trust_list

SATO = Person.of("sato", "the retention period is over")
EMPTIED = "SELECT event_id FROM events WHERE canonical IS NULL"
LEFT_OVER = """
    SELECT count(*) FROM events WHERE canonical IS NULL AND num_nonnulls(
        terminal, site, kind, build, fonts, templates, records_version) > 0
"""
DAYS_BACK = "SELECT (clock_timestamp() AT TIME ZONE 'Asia/Tokyo')::date - $1::date"


async def _emptied(connection: Connection) -> set[str]:
    return {row["event_id"] for row in await connection.fetch(EMPTIED)}


def _of(events: list[AuditEvent], municipality: str) -> set[str]:
    return {event.id for event in events if event.data.get("municipality") == municipality}


async def test_only_past_payloads_of_the_municipality_go_and_verify_still_holds(
    archive: Connection,
    events: list[AuditEvent],
    parties: Parties,
    stamps: list[StampRecord],
) -> None:
    middle = japan_day(events[len(events) // 2].time)
    await set_rule(archive, "122033", await archive.fetchval(DAYS_BACK, middle), SATO)
    counts = await empty_payloads(archive)
    gone, own = await _emptied(archive), _of(events, "122033")
    assert gone == {e.id for e in events if e.id in own and japan_day(e.time) < middle}
    assert counts == {"122033": len(gone)}
    assert await archive.fetchval(LEFT_OVER) == 0
    trust = signed_trust_list(parties.trust_list, parties.root.private.public_key())
    rules = ChainRules(centre=CENTRE, keys=trust.key_set())
    now = datetime.now(UTC)
    heads = [head(parties, code, stamps[-1], now) for code in ("122033", "131130")]
    verdict = await verify(archive, rules, now, heads=heads)
    assert (verdict.faults, verdict.removed) == ((), len(gone))


async def test_a_hold_keeps_retention_away_until_it_is_lifted(
    archive: Connection, events: list[AuditEvent]
) -> None:
    await set_rule(archive, "122033", 30, SATO)
    own = _of(events, "122033")
    held = next(event for event in events if event.id in own)
    subject = {event.id for event in events if event.subject == held.subject}
    hold = await place(archive, Held(subject=held.subject), SATO)
    await empty_payloads(archive)
    assert await _emptied(archive) == own - subject
    await lift(archive, hold, SATO)
    await empty_payloads(archive)
    assert await _emptied(archive) == own
    with pytest.raises(HoldUnknown):
        await lift(archive, hold, SATO)
    (listed,) = await list_holds(archive, lifted_too=True)
    assert (listed.placed_by, listed.lifted_by) == ("sato", "sato")


@pytest.mark.parametrize("held", [Held("122033"), Held(first_day=date(2020, 1, 1))])
async def test_a_hold_over_a_municipality_or_days_keeps_all_of_them(
    archive: Connection, held: Held
) -> None:
    await set_rule(archive, "122033", 30, SATO)
    await place(archive, held, SATO)
    await empty_payloads(archive)
    assert await _emptied(archive) == set()


def test_a_hold_over_everything_is_refused() -> None:
    with pytest.raises(ValueError, match="names a municipality"):
        Held()


async def test_the_role_of_retention_may_do_nothing_else(archive: Connection) -> None:
    await archive.execute("SET ROLE madoguchi_audit_retention")
    for statement in (
        "SELECT canonical FROM events LIMIT 1",
        "UPDATE events SET canonical = NULL",
        "DELETE FROM events",
        "INSERT INTO removals (municipality, before_day, events) VALUES ('122033', now(), 0)",
        "DELETE FROM retention_rules",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await archive.execute(statement)
    await archive.execute("RESET ROLE")


async def test_whoever_owns_the_tables_empties_nothing(archive: Connection) -> None:
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await archive.execute("UPDATE events SET canonical = NULL")


async def test_the_time_of_a_session_cannot_be_moved_forward(archive: Connection) -> None:
    await set_rule(archive, "122033", 3650, SATO)
    await archive.execute("SET madoguchi.clock_offset = '999999999'")
    await empty_payloads(archive)
    assert await _emptied(archive) == set()


async def test_what_was_emptied_and_comes_again_stays_empty(
    archive: Connection, files: tuple[Path, Path], rules: ChainRules
) -> None:
    await set_rule(archive, "122033", 30, SATO)
    await empty_payloads(archive)
    gone = await _emptied(archive)
    counts = await import_files(archive, files[0], CENTRE, NOW, (files[1], rules))
    assert (counts.events, counts.dead) == (0, {})
    assert await _emptied(archive) == gone


async def test_the_newest_rule_counts_and_too_few_days_are_refused(connection: Connection) -> None:
    for municipality, days in (("122033", 400), ("122033", 365), ("centre", 90)):
        await set_rule(connection, municipality, days, SATO)
    in_force = {(rule.municipality, rule.days) for rule in await list_rules(connection)}
    assert in_force == {("122033", 365), ("centre", 90)}
    with pytest.raises(ValueError, match="30 days"):
        await set_rule(connection, "122033", 3, SATO)
    with pytest.raises(ValueError, match="no municipality code"):
        await set_rule(connection, "122034", 300, SATO)
