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
    """It was taken up before: nothing to do."""
    IN_BATCH = "in batch"
    """Changes that a batch has by its number: passed over, if it shows them."""
    UNSHOWN = "unshown"
    """The batch that has them does not show them: its number is too high, or they are wrong.
    Refused, with an alarm."""
    UNREAD = "unread"
    """A batch has them by its number, and they cannot be read, so nobody knows if it shows them."""
    GAP = "waits"
    """Events before it are missing; nothing is issued until they have come."""
    CONFLICT = "conflict"
    """Another file of these numbers was applied, or a batch that was made before these changes has
    them by its number, or it is a batch that does not show what was changed before it. Refused,
    with an alarm."""
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
    applied: Mapping[str, tuple[str, int, int]]
    """Kind, first and last number of the files that were applied, by their SHA-256."""
    passed_over: frozenset[str] = frozenset()
    """SHA-256 of the files that were passed over, as a batch had their changes."""
    waited: frozenset[str] = frozenset()
    """SHA-256 of the batches that waited for changes, as they did not show others."""
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
    if isinstance(header, BatchHeader) and _is_ended(imported, header):
        return Decision.OLD
    if digest in imported.applied or digest in imported.passed_over:
        return Decision.REPEAT
    is_known = (header.kind, header.first, header.last) in imported.applied.values()
    if is_known and not _is_of_a_later_night(imported, header):
        # One that waited was seen before the batch that shows all: it is no news.
        return Decision.OLD if digest in imported.waited else Decision.CONFLICT
    if isinstance(header, BatchHeader):
        return Decision.OLD if _is_old(imported, header) else Decision.APPLY
    return _of_changes(imported, header)


def _is_of_a_later_night(imported: Imported, header: Header) -> bool:
    """Tell whether this is a batch after a night without changes: it must show what is there."""
    return (
        isinstance(header, BatchHeader)
        and header.sequence == imported.last
        and imported.batch_made_at is not None
        and header.made_at > imported.batch_made_at
    )


def _is_ended(imported: Imported, batch: BatchHeader) -> bool:
    """Tell whether a batch is from before the numbers began anew."""
    return imported.restarted_at is not None and batch.made_at < imported.restarted_at


def _is_old(imported: Imported, batch: BatchHeader) -> bool:
    if imported.changes_made_at is not None and batch.made_at < imported.changes_made_at:
        # Whatever its number says, it would take back what was changed since.
        return True
    return imported.last is not None and batch.sequence < imported.last


def _of_changes(imported: Imported, header: ChangesHeader) -> Decision:
    if any(
        kind == header.kind and first <= header.last and header.first <= last
        for kind, first, last in imported.applied.values()
    ):
        return Decision.CONFLICT
    if imported.last is None or header.first > imported.last + 1:
        return Decision.GAP
    if header.last > imported.last:
        return Decision.APPLY
    # No batch has what happened after it: its number is too high, and would swallow all changes.
    in_batch = imported.batch_made_at is None or header.made_at <= imported.batch_made_at
    if not in_batch:
        return Decision.CONFLICT
    # Whoever began the numbers anew took the next batch for true, whatever was said before.
    settled = imported.restarted_at is not None and header.made_at < imported.restarted_at
    return Decision.REPEAT if settled else Decision.IN_BATCH
