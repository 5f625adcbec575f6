"""Two events of one number: both are named, and which of them the centre stamped."""

from pathlib import Path

from audit.consuming.files import import_files
from audit_testing.harming import Verified, only, stamped_as
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import heads, stamped
from audit_testing.writing import write_files
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection


async def _archived_too(archive: Connection, folder: Path, event: AuditEvent) -> None:
    await import_files(archive, write_files(folder, [event], [])[0], CENTRE, NOW)


async def test_a_forged_second_is_told_from_the_stamped_one(
    archive: Connection, verified: Verified, events: list[AuditEvent], tmp_path: Path
) -> None:
    genuine = next(event for event in events[700:] if event.sequence == 2)
    # One of them sorts before the genuine one, the other behind it.
    for forged in ("00000000-0000-4000-8000-000000000000", "ffffffff-0000-4000-8000-000000000000"):
        await _archived_too(archive, tmp_path, genuine.model_copy(update={"id": forged}))
    faults = [one for one in (await verified()).faults if one.name == "sequence-twice"]
    assert {one.event_id[:8] for one in faults if one.event_id} == {"00000000", "ffffffff"}
    for fault in faults:
        assert (fault.subject, fault.sequence, fault.stamp) == (genuine.subject, 2, None)
        assert f"event {genuine.id} has this number" in fault.what
        assert "names that one, not this" in fault.what


async def test_of_two_without_a_stamp_neither_is_called_genuine(
    archive: Connection, verified: Verified, events: list[AuditEvent], tmp_path: Path
) -> None:
    forged = [
        events[-1].model_copy(update={"id": f"{n}", "subject": "forged", "sequence": 1})
        for n in "ab"
    ]
    for event in forged:
        await _archived_too(archive, tmp_path, event)
    fault = only([one for one in (await verified()).faults if one.name == "sequence-twice"])
    assert (fault.event_id, "no stamp names either" in fault.what) == ("b", True)


async def test_two_that_the_centre_stamped_are_named_with_their_stamps(
    archive: Connection,
    verified: Verified,
    parties: Parties,
    events: list[AuditEvent],
    tmp_path: Path,
) -> None:
    second = events[-1].model_copy(update={"id": "second"})
    await _archived_too(archive, tmp_path, second)
    again = stamped(parties, [*events, second])
    await stamped_as(archive, again)
    fault = only((await verified(heads=heads(parties, again[-1], NOW))).faults)
    assert (fault.name, fault.event_id, fault.stamp) == ("sequence-twice", "second", len(again))
    assert "the centre stamped both" in fault.what
