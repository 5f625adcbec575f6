"""A file of lines whose good length the database knows.

The length up to which the file is good is committed together with the marks on what was appended.
Whatever lies beyond it was appended by a relay that ended before its commit: it is cut off at the
next start, and what it told of, still unpublished, is appended again.
"""

import asyncio
import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import structlog

from relay.outbox import Connection
from relay.sink import SinkFault

_log = structlog.get_logger()


class CommittedFile:
    """The file at `path`; its absolute path is its name in table `relay_files`."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._file: int | None = None
        self._committed = 0

    async def open(self, connection: Connection) -> None:
        """Open the file and cut it to its committed length.

        Raises:
            SinkFault: it cannot be opened, is another process's, or is not the file that the
                database knows.

        """
        name = str(self._path)
        committed: int | None = await connection.fetchval(
            "SELECT committed_bytes FROM relay_files WHERE name = $1", name
        )
        await asyncio.to_thread(self._open, committed)
        if committed is None:
            await connection.execute("INSERT INTO relay_files VALUES ($1, 0)", name)
        self._committed = committed or 0

    async def append(self, lines: bytes) -> None:
        """Append lines and wait until they are on the disk; raises SinkFault."""
        await asyncio.to_thread(self._append, lines)

    async def commit(self, connection: Connection, appended: int) -> None:
        """Set the good length, in the transaction that marks what the appended bytes tell of."""
        await connection.execute(
            "UPDATE relay_files SET committed_bytes = $2 WHERE name = $1",
            str(self._path),
            self._committed + appended,
        )

    def committed(self, appended: int) -> None:
        """Hear that the transaction of `commit` has ended well."""
        self._committed += appended

    def close(self) -> None:
        """Close the file, which lets another process have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self, committed: int | None) -> None:
        with _faults_in_words(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
            self._lock(self._file)
            _sync_folder(self._path.parent)
            self._cut(self._file, committed)

    def _lock(self, file: int) -> None:
        # The database's lock ends with a connection, maybe in the middle of a write to the file.
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SinkFault(
                f"{self._path} is still held by another process: this relay waits"
            ) from error

    def _cut(self, file: int, committed: int | None) -> None:
        length = os.fstat(file).st_size
        if committed is None and length > 0:
            raise SinkFault(
                f"{self._path} has {length} bytes that this database knows nothing of: move the"
                " file away, or set RELAY_FILE to another one"
            )
        good = committed or 0
        if length < good:
            raise SinkFault(
                f"{self._path} has {length} bytes of the {good} that were published: restore it"
            )
        if length > good:
            os.ftruncate(file, good)
            os.fsync(file)
            _log.warning("file_cut_to_committed_length", cut_bytes=length - good)

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            raise SinkFault(f"{self._path} is not open")
        with _faults_in_words(self._path):
            rest = memoryview(lines)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
            here = os.fstat(self._file)
        self._check(here, self._committed + len(lines))

    def _check(self, here: os.stat_result, length: int) -> None:
        """Pass if what was appended stands under the path, behind all that was published before."""
        try:
            there = os.stat(self._path)  # noqa: PTH116 (one call more for each batch is enough)
        except OSError:
            there = None
        if there is None or not os.path.samestat(here, there):
            raise SinkFault(f"{self._path} was moved or removed under the relay: put it back")
        if here.st_size != length:
            raise SinkFault(
                f"{self._path} has {here.st_size} bytes instead of {length}: another program writes"
                " to it or shortened it; restore it"
            )


@contextmanager
def _faults_in_words(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise SinkFault(f"{path} cannot be written ({error.strerror}): is there room?") from error


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
