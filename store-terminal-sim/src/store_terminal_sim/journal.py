"""The terminal's journal: JSON lines, append-only, each durable before the step it is about."""

import fcntl
import os
import threading
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from store_terminal_sim.core.entries import ENTRY, Entry


class JournalDamaged(Exception):
    """An entry before the last one cannot be read: no power cut does that."""


class JournalInUse(Exception):
    """Another process drives this terminal: two of them would number their reports alike."""


class Journal(Protocol):
    """Where a terminal's entries go."""

    waits_for_disk: bool
    """Whether a durable append may take milliseconds."""

    def append(self, entry: Entry, *, durable: bool) -> None:
        """Keep an entry; with `durable`, it would survive a power cut."""
        ...

    def close(self) -> None:
        """Let go of it, once an append that is under way is over."""
        ...


class MemoryJournal:
    """A journal for load tests and core tests: it forgets nothing while the process lives."""

    waits_for_disk = False

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def append(self, entry: Entry, *, durable: bool) -> None:
        """Keep the entry; `durable` makes no difference here."""
        del durable
        self.entries.append(entry)

    def close(self) -> None:
        """Keep everything for the next time."""


def complete_entries(content: bytes) -> tuple[list[Entry], int]:
    """Return the entries of a journal and the length in bytes that they fill.

    What a power cut left of the last write is not an entry: it was never acted on.

    Raises:
        JournalDamaged: an entry that others follow cannot be read.

    """
    entries: list[Entry] = []
    length = 0
    while (end := content.find(b"\n", length)) >= 0:
        try:
            entries.append(ENTRY.validate_json(content[length:end]))
        except ValidationError as error:
            if content.find(b"\n", end + 1) >= 0:
                raise JournalDamaged(
                    f"The journal cannot be read at byte {length}. Take the terminal out of "
                    "service and have its journal examined."
                ) from error
            break
        length = end + 1
    return entries, length


class FileJournal:
    """A journal in a file, on a disk of the terminal's own."""

    waits_for_disk = True

    def __init__(self, path: Path) -> None:
        """Open the journal; the remains of a write that power cut short are removed.

        Raises:
            JournalInUse: another process has it open.
            JournalDamaged: see `complete_entries`.
            OSError: the file cannot be read or written.

        """
        self._open, self._one_at_a_time = True, threading.Lock()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _lock(self._descriptor)
            self.entries, length = complete_entries(path.read_bytes())
            os.ftruncate(self._descriptor, length)
            _sync_folder(path.parent)
        except BaseException:
            os.close(self._descriptor)
            raise

    def append(self, entry: Entry, *, durable: bool) -> None:
        """Append and, if `durable`, wait for the disk.

        Raises:
            OSError: the disk is full or failed; the journal is as it was before. Or it is closed.

        """
        with self._one_at_a_time:
            if not self._open:
                raise OSError("The journal is closed: the terminal is switched off.")
            self._append(ENTRY.dump_json(entry) + b"\n", durable=durable)

    def _append(self, line: bytes, *, durable: bool) -> None:
        start = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, line) < len(line):
                raise OSError("The journal's disk is full. Take the terminal out of service.")
            if durable:
                os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, start)
            raise

    def close(self) -> None:
        """Close the file; what it held when it was opened stays in `entries`."""
        # A thread may still be at it on behalf of a terminal that was cut off: in the file its
        # entry counts, in another file under the same number it would be somebody else's.
        with self._one_at_a_time:
            if self._open:
                self._open = False
                os.close(self._descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise JournalInUse("Another process drives this terminal. Stop it first.") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
