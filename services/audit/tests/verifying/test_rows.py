"""An emptied row is held to what is still proven of it: its stamp, and the runs of retention."""

from datetime import UTC, datetime, timedelta

import pytest
from audit_testing.harming import Verified, harm, only
from audit_testing.parties import Parties
from audit_testing.stamping import heads
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord

LATER = datetime.now(UTC) + timedelta(hours=2)
_EMPTIED = """
    UPDATE events SET canonical = NULL, terminal = NULL, site = NULL, kind = NULL, build = NULL,
        fonts = NULL, templates = NULL, records_version = NULL
    WHERE event_id = $1
"""
_RULES = """
    INSERT INTO retention_rules (municipality, days, set_by, reason, set_at)
    SELECT municipality, days, 'sato', 'r', $1::timestamptz - interval '100 days'
    FROM (VALUES ('122033', 30), ('131130', 30), ('132047', 30)) AS known(municipality, days)
"""
_REMOVAL = """
    INSERT INTO removals (municipality, before_day, events, removed_at)
    SELECT municipality, (run AT TIME ZONE 'Asia/Tokyo')::date - 30, $3, run
    FROM events, (SELECT $2::timestamptz - interval '1 hour' AS run) AS of WHERE event_id = $1
"""
_HARMS = {
    "another day": (
        (
            "UPDATE events SET day = day - 1 WHERE event_id = $1",
            "UPDATE event_keys SET day = day - 1 WHERE event_id = $1",
        ),
        ("row-changed", "its day is not the day of its time"),
    ),
    "another day and time": (
        (
            """UPDATE events SET day = day - 20, time = time - interval '20 days'
            WHERE event_id = $1""",
            "UPDATE event_keys SET day = day - 20 WHERE event_id = $1",
        ),
        ("row-changed", "its time does not fit its stamp's"),
    ),
    "a time after its stamp": (
        (
            """UPDATE events SET day = day + 2, time = time + interval '2 days'
            WHERE event_id = $1""",
            "UPDATE event_keys SET day = day + 2 WHERE event_id = $1",
        ),
        ("row-changed", "its time does not fit its stamp's"),
    ),
    "another municipality": (
        (
            """UPDATE events SET municipality = CASE municipality WHEN '122033' THEN '131130'
                ELSE '122033' END WHERE event_id = $1""",
        ),
        ("row-changed", "other events of its issuance are of"),
    ),
}


async def _emptied(archive: Connection, event: AuditEvent, said: int) -> None:
    await harm(archive, _EMPTIED, event.id)
    await archive.execute(_RULES, LATER)
    await archive.execute(_REMOVAL, event.id, LATER, said)


@pytest.mark.parametrize("case", list(_HARMS))
async def test_an_emptied_row_says_nothing_else_than_is_proven(
    archive: Connection,
    verified: Verified,
    events: list[AuditEvent],
    parties: Parties,
    stamps: list[StampRecord],
    case: str,
) -> None:
    harms, (name, what) = _HARMS[case]
    event = next(one for one in events[1000:] if one.sequence == 2)
    await _emptied(archive, event, 1)
    seen = heads(parties, stamps[-1], LATER)
    verdict = await verified(heads=seen, now=LATER)
    assert (verdict.faults, verdict.removed) == ((), 1)
    assert verdict.removed_by == {event.data["municipality"]: 1}
    for statement in harms:
        await harm(archive, statement, event.id)
    faults = (await verified(heads=seen, now=LATER)).faults
    named = [(f.name, f.event_id) for f in faults if what in f.what]
    assert named == [(name, event.id)], faults


@pytest.mark.parametrize("said", [0, 2])
async def test_as_many_payloads_are_gone_as_retention_says(
    archive: Connection,
    verified: Verified,
    events: list[AuditEvent],
    parties: Parties,
    stamps: list[StampRecord],
    said: int,
) -> None:
    """What was emptied by hand is not covered by a run that removed others, or none."""
    event = next(one for one in events[1000:] if one.sequence == 2)
    await _emptied(archive, event, said)
    seen = heads(parties, stamps[-1], LATER)
    fault = only((await verified(heads=seen, now=LATER)).faults)
    assert (fault.name, fault.event_id) == ("payload-missing", None)
    assert f"1 payloads are gone, and retention removed {said}" in fault.what
