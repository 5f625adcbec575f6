"""A history as the file sink leaves it."""

from collections.abc import Sequence
from pathlib import Path

from madoguchi_wire.events import AuditEvent
from madoguchi_wire.stamps import StampRecord


def write_files(
    folder: Path, events: Sequence[AuditEvent], stamps: Sequence[StampRecord]
) -> tuple[Path, Path]:
    """Write events and stamps as JSON lines; return the paths of both."""
    told, proven = folder / "audit.jsonl", folder / "audit.stamps.jsonl"
    told.write_bytes(b"".join(event.canonical() + b"\n" for event in events))
    proven.write_bytes(b"".join(record.canonical() + b"\n" for record in stamps))
    return told, proven
