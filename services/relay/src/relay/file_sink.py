"""JSON lines in two files, events and stamps, each exactly once, whenever the relay is killed."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from relay.batch import Row
from relay.committed_file import CommittedFile
from relay.outbox import Connection, mark_published
from relay.sink import Published
from relay.stamps import CompleteStamp, mark_stamps


class FileSink:
    """Events in the file at `path`; stamps beside it, `audit.stamps.jsonl` for `audit.jsonl`."""

    alone = True

    def __init__(self, path: Path) -> None:
        self._events = CommittedFile(path)
        self._stamps = CommittedFile(stamps_file(path))

    async def open(self, connection: Connection) -> None:
        """Open both files and cut them to their committed lengths; raises SinkFault."""
        await self._events.open(connection)
        await self._stamps.open(connection)

    async def lacks(self) -> None:
        """Return None: a file has no parts."""

    async def publish(self, connection: Connection, rows: Sequence[Row]) -> Published:
        """Append the rows, wait until they are on the disk, commit length and marks together."""
        lines = b"".join(row.canonical + b"\n" for row in rows)
        await _keep(self._events, connection, lines, lambda: mark_published(connection, rows))
        return Published(events=len(rows))

    async def publish_stamps(
        self, connection: Connection, stamps: Sequence[CompleteStamp]
    ) -> Published:
        """Append the stamps, as events are."""
        lines = b"".join(stamp.canonical + b"\n" for stamp in stamps)
        await _keep(self._stamps, connection, lines, lambda: mark_stamps(connection, stamps))
        return Published(events=len(stamps))

    async def close(self) -> None:
        """Close the files, which lets another process have them."""
        self._events.close()
        self._stamps.close()


def stamps_file(path: Path) -> Path:
    """Return the file of stamps beside a file of events."""
    return path.with_suffix(".stamps.jsonl")


async def _keep(
    file: CommittedFile, connection: Connection, lines: bytes, mark: Callable[[], Awaitable[None]]
) -> None:
    await file.append(lines)
    async with connection.transaction():
        await mark()
        await file.commit(connection, len(lines))
    file.committed(len(lines))
