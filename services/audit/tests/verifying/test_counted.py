"""What reports and recalls count is held against the stamps."""

from audit_testing.harming import Verified, harm, only
from madoguchi_wire.events import AuditEvent, event_digest
from madoguchi_wire.kit.pool import Connection


async def test_a_stamped_event_that_is_not_counted_is_named(
    archive: Connection, verified: Verified, events: list[AuditEvent]
) -> None:
    digest = event_digest(events[60].canonical())
    await harm(archive, "DELETE FROM covered WHERE digest = $1", digest)
    fault = only((await verified()).faults)
    assert (fault.name, fault.stamp, fault.event) == ("not-counted", 2, 11)
    assert fault.event_id == events[60].id
    await harm(archive, "DELETE FROM covered")
    assert len((await verified()).faults) == len(events)


async def test_a_stamp_that_was_never_judged_is_named(
    archive: Connection, verified: Verified
) -> None:
    await harm(
        archive,
        """DELETE FROM verified_records USING stamp_records
           WHERE stamp_records.record_digest = verified_records.record_digest AND number = 7""",
    )
    fault = only((await verified()).faults)
    assert (fault.name, fault.stamp) == ("stamp-unjudged", 7)


async def test_a_record_that_is_gone_beside_another_of_its_stamp_is_named(
    archive: Connection, verified: Verified
) -> None:
    await archive.execute("INSERT INTO verified_records VALUES ('another')")
    fault = only((await verified()).faults)
    assert (fault.name, "another" in fault.what) == ("stamp-record-missing", True)


async def test_what_is_counted_without_a_stamp_is_named(
    archive: Connection, verified: Verified
) -> None:
    await archive.execute("INSERT INTO covered VALUES ('invented')")
    fault = only((await verified()).faults)
    assert (fault.name, "invented" in fault.what) == ("counted-unstamped", True)
