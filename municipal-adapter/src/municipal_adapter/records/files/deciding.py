"""What to do with a file that has come: rules only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from municipal_adapter.records.files.lines import BatchHeader, Header


class Decision(StrEnum):
    """What to do with a file."""

    APPLY = "applied"
    REPEAT = "repeated"
    """It was applied before, or what it says is in a batch that was: nothing to do."""
    GAP = "waits"
    """Events before it are missing; nothing is issued until they have come."""
    CONFLICT = "conflict"
    """Another file of these numbers was applied: somebody numbers twice. Refused, with an alarm."""
    OLD = "old"
    """A batch from before what we have. Refused."""
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
        before = imported.last is not None and header.sequence < imported.last
        return Decision.OLD if before else Decision.APPLY
    if any(
        kind == header.kind and first <= header.last and header.first <= last
        for kind, first, last in imported.digests
    ):
        return Decision.CONFLICT
    if imported.last is None or header.first > imported.last + 1:
        return Decision.GAP
    return Decision.REPEAT if header.last <= imported.last else Decision.APPLY
