"""The audit stream as a file of JSON lines: each event exactly once, whatever dies when.

The file's committed length is kept in the database, in the transaction that marks its events
published; what a crash left beyond it is cut off (docs/decisions/0005).
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from relay.batch import Connection, Event, mark_published

_LENGTH = """
    INSERT INTO relay_files (name, committed_bytes) VALUES ($1, 0)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING committed_bytes
"""
_COMMIT = "UPDATE relay_files SET committed_bytes = $2 WHERE name = $1"


class FileTooShort(Exception):
    """The file is shorter than what was committed: it was changed by somebody else."""


class FileSink:
    """One file, owned by one relay at a time."""

    def __init__(self, path: Path) -> None:
        self.name = f"file:{path.name}"
        self._path = path
        self._descriptor: int | None = None
        self._length = 0

    async def open(self, connection: Connection) -> None:
        """Open the file and cut it to its committed length.

        Raises:
            FileTooShort: committed events are missing from it.

        """
        await self.close()
        self._length = await connection.fetchval(_LENGTH, self.name)
        self._descriptor = await asyncio.to_thread(_opened, self._path, self._length)

    async def publish(self, connection: Connection, events: Sequence[Event]) -> None:
        """Append, force to disk, then commit the new length together with the marks."""
        if self._descriptor is None:
            raise OSError("the audit file is not open")
        lines = b"".join(event.canonical + b"\n" for event in events)
        await asyncio.to_thread(_write, self._descriptor, lines)
        async with connection.transaction():
            await mark_published(connection, events)
            await connection.execute(_COMMIT, self.name, self._length + len(lines))
        self._length += len(lines)

    async def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _opened(path: Path, length: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    if os.fstat(descriptor).st_size < length:
        os.close(descriptor)
        raise FileTooShort(
            f"{path.name} is shorter than the {length} bytes that were committed: restore it, or"
            " name a new file in RELAY_FILE"
        )
    os.ftruncate(descriptor, length)
    return descriptor


def _write(descriptor: int, lines: bytes) -> None:
    left = memoryview(lines)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)
