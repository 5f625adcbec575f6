"""What is beyond every range, in columns, bytes and stamps, is named, and the rest looked at."""

import re
from datetime import UTC, datetime

import pytest
from audit_testing.harming import Verified, harm
from madoguchi_wire.events import AuditEvent, event_digest
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import token_digest, unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord

FAR = {
    "a stamp that nobody can read": (
        "UPDATE stamp_records SET record = '\\xff00' WHERE number = 3",
        "stamp-refused",
    ),
    "the largest numbers that there are": (
        f"UPDATE events SET sequence = {2**31 - 1} WHERE subject = $1",
        "sequence-gap",
    ),
    "a moment before our era": (
        "UPDATE events SET time = '0044-03-15 BC' WHERE subject = $1",
        "row-changed",
    ),
    "a moment beyond our years": (
        "UPDATE events SET time = '20000-01-01' WHERE subject = $1",
        "row-changed",
    ),
    "a moment without end": (
        "UPDATE events SET time = 'infinity' WHERE subject = $1",
        "row-changed",
    ),
}


@pytest.mark.parametrize("what", FAR)
async def test_what_is_beyond_every_range_is_named_and_the_rest_looked_at_all_the_same(
    archive: Connection, verified: Verified, events: list[AuditEvent], what: str
) -> None:
    statement, name = FAR[what]
    subject = events[60].subject
    assert sum(event.subject == subject for event in events) > 1
    await harm(archive, statement, *([subject] if "$1" in statement else []))
    other = next(event for event in reversed(events) if event.subject != subject)
    await harm(archive, "UPDATE events SET terminal = 'x' WHERE event_id = $1", other.id)
    faults = (await verified()).faults
    place = {"stamp": 3} if name == "stamp-refused" else {"subject": subject}
    assert any(
        fault.name == name and all(getattr(fault, key) == value for key, value in place.items())
        for fault in faults
    ), faults
    assert any((fault.name, fault.event_id) == ("row-changed", other.id) for fault in faults)


async def test_bytes_of_the_last_hour_of_all_are_named(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    said = events[9].canonical()
    late = re.sub(rb'"time":"[^"]+"', b'"time":"9999-12-31T23:00:00.000Z"', said)
    digest = event_digest(late)
    for statement in (
        "UPDATE events SET canonical = $2, digest = $3 WHERE event_id = $1",
        "UPDATE event_keys SET digest = $3 WHERE event_id = $1 AND $2::bytea IS NOT NULL",
    ):
        await harm(archive, statement, events[9].id, late, digest)
    faults = (await verified()).faults
    assert ("row-changed", events[9].id) in {(fault.name, fault.event_id) for fault in faults}


async def test_a_forged_last_stamp_of_the_first_year_is_refused_at_its_place(
    archive: Connection, verified: Verified, stamps: list[StampRecord]
) -> None:
    last = Stamp.parsed(unverified_payload(stamps[-1].stamp))
    forged = last.model_copy(
        update={"number": last.number + 1, "stamped_at": datetime(1, 1, 1, tzinfo=UTC)}
    ).signed_by(SigningKey.generate())
    record = StampRecord(stamp=forged, leaves=())
    await archive.execute(
        """
        INSERT INTO stamp_records (centre, number, stamp, stamped_at, record, record_digest)
        VALUES ($1, $2, $3, now(), $4, $3)
        """,
        *(last.centre, last.number + 1, token_digest(forged), record.canonical()),
    )
    found = (await verified()).faults
    assert {fault.stamp for fault in found} == {last.number + 1}
    assert "stamp-refused" in {fault.name for fault in found}
