"""What to do with a file that has come: rules only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from municipal_adapter.records.files.lines import BatchHeader, ChangesHeader, Header


class Decision(StrEnum):
    """What to do with a file."""

    APPLY = "applied"
    REPEAT = "repeated"
    """It was applied before, or what it says is in a batch that was: nothing to do."""
    GAP = "waits"
    """Events before it are missing; nothing is issued until they have come."""
    CONFLICT = "conflict"
    """Another file of these numbers was applied, or a batch that was made before these changes has
    them by its number: somebody numbers twice. Refused, with an alarm."""
    OLD = "old"
    """A batch from before what we have, or before the numbers began anew. Refused."""
    FOREIGN = "foreign"
    """Of another municipality. Refused, with an alarm."""
    FUTURE = "future"
    """Made later than now: nobody could tell how old the records are. Refused, with an alarm."""


CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the clock of the system of record may be ahead."""


@dataclass(frozen=True)
class Imported:
    """What was imported so far."""

    municipality: str
    last: int | None
    """Number of the last event in the records; None: no batch has come yet."""
    digests: Mapping[tuple[str, int, int], str]
    """SHA-256 of the files that were applied, by kind, first and last number."""
    batch_made_at: datetime | None = None
    """When the last batch was made."""
    changes_made_at: datetime | None = None
    """When the latest of the changes that were applied were made."""
    restarted_at: datetime | None = None
    """When the numbers began anew; None: never."""


def decide(imported: Imported, header: Header, digest: str, now: datetime) -> Decision:
    """Say what to do with a file.

    Change events that a batch has already are passed over, so that a file may reach from before a
    batch to after it.

    Args:
        imported: what was imported so far.
        header: the file's first line.
        digest: SHA-256 of the whole file.
        now: the present moment.

    """
    if header.municipality != imported.municipality:
        return Decision.FOREIGN
    if header.made_at > now + CLOCKS_DIFFER:
        return Decision.FUTURE
    known = imported.digests.get((header.kind, header.first, header.last))
    if known is not None:
        return Decision.REPEAT if known == digest else Decision.CONFLICT
    if isinstance(header, BatchHeader):
        return Decision.OLD if _is_old(imported, header) else Decision.APPLY
    return _of_changes(imported, header)


def _is_old(imported: Imported, batch: BatchHeader) -> bool:
    times = [one for one in (imported.restarted_at, imported.changes_made_at) if one is not None]
    if times and batch.made_at < max(times):
        # Whatever its number says, it would take back what was changed since.
        return True
    return imported.last is not None and batch.sequence < imported.last


def _of_changes(imported: Imported, header: ChangesHeader) -> Decision:
    if any(
        kind == header.kind and first <= header.last and header.first <= last
        for kind, first, last in imported.digests
    ):
        return Decision.CONFLICT
    if imported.last is None or header.first > imported.last + 1:
        return Decision.GAP
    if header.last > imported.last:
        return Decision.APPLY
    # No batch has what happened after it: its number is too high, and would swallow all changes.
    in_batch = imported.batch_made_at is None or header.made_at <= imported.batch_made_at
    return Decision.REPEAT if in_batch else Decision.CONFLICT
