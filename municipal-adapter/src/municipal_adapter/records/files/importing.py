"""Importing files into the own tables: each file in one transaction, as a whole version."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import asyncpg
import structlog
from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.files.applying import BatchContradicts, applied, passed_over
from municipal_adapter.records.files.deciding import Decision, Imported, decide
from municipal_adapter.records.files.kept import (
    LOCK,
    note,
    note_applied,
    settle,
    settled_digests,
    state_of,
)
from municipal_adapter.records.files.lines import BatchHeader, ChangesHeader
from municipal_adapter.records.files.reading import FileRefused, RecordsFile, open_file
from municipal_adapter.records.files.restarting import was_before_a_restart
from municipal_adapter.records.files.unreadable import (
    forget_unreadable,
    may_be_a_change,
    note_unreadable,
)
from municipal_adapter.records.files.writing import Written

_ALARMS = (Decision.CONFLICT, Decision.FOREIGN, Decision.FUTURE, Decision.UNSHOWN)
_TELLS_NUMBERS = (Decision.APPLY, Decision.GAP, Decision.IN_BATCH)
"""Of changes that were not there before."""
_AS_LONG_AS_IT_TAKES = "SET LOCAL statement_timeout = 0"
"""Importers wait for each other, and a batch replaces a whole municipality."""
_Mark: TypeAlias = tuple[str, int, int, int]
"""Of a file: its name, its length, and two times. The last one is the machine's own: whoever copies
a repaired file with its old time does not set it."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What became of a file."""

    file: str
    decision: Decision | None
    """None: the file as a whole cannot be read."""
    why: str = ""
    lines: int = 0
    unmappable: int = 0


class Importer:
    """Imports files of one municipality."""

    def __init__(self, pool: Pool, municipality: str) -> None:
        self._pool, self._municipality = pool, municipality
        self._done: dict[_Mark, str] = {}
        """Files that need no other look, with their SHA-256; empty: of one that cannot be read."""
        self._tried: dict[_Mark, int] = {}
        """Batches that wait for changes, with the number of the last one when they were tried."""
        self._marks: dict[Path, _Mark] = {}
        """What files were before they were read: one that is replaced meanwhile is another one."""

    async def import_all(self, paths: Sequence[Path]) -> list[Outcome]:
        """Import files in the order of their numbers, whatever order they came in.

        Files that were applied are passed over. Where one waits for others, the fault of the
        source says so until they have come.
        """
        outcomes: list[Outcome] = []
        opened: list[RecordsFile] = []
        unreadable: list[tuple[Path, FileRefused]] = []
        for path in paths:
            self._marks[path] = _mark(path)
            if self._marks[path] in self._done:
                continue
            try:
                opened.append(await asyncio.to_thread(open_file, path))
            except FileRefused as refused:
                if refused.file is not None and self._is_ours(refused.file):
                    outcomes.append(await self._unusable(refused.file, refused))
                else:
                    unreadable.append((path, refused))
        for file in await self._in_order(opened):
            outcome = await self._imported(file)
            if outcome.decision not in (Decision.GAP, Decision.FUTURE):
                self._done[self._marks[file.path]] = file.digest
            outcomes.append(outcome)
        # After the others: a batch that came with it may be older, and must not hide it.
        return outcomes + [await self._unreadable(path, refused) for path, refused in unreadable]

    async def _in_order(self, opened: list[RecordsFile]) -> list[RecordsFile]:
        """Return files in the order of their numbers.

        Changes that a batch has already come first, the last ones before the others: what they say
        last of a record is what the batch, and another one of its number, must show.
        """
        if not opened:
            return opened
        reach = await self._pool.fetchval("SELECT last_sequence FROM records_version") or 0
        new = [one for one in opened if self._tried.get(self._marks[one.path]) != reach]
        by_number = sorted(new, key=_number)
        old = [one for one in by_number if _are_changes_until(reach, one)]
        return [*reversed(old), *(one for one in by_number if not _are_changes_until(reach, one))]

    async def look_again(self) -> None:
        """Take every file for a new one that the records have not got.

        After a batch, others may fit or contradict it; after a restart, all of them.
        """
        settled = await settled_digests(self._pool)
        self._done = {mark: digest for mark, digest in self._done.items() if digest in settled}
        self._tried.clear()

    async def _unreadable(self, path: Path, refused: FileRefused) -> Outcome:
        """Refuse a file without a header; what it may have changed is missing from now on."""
        if refused.file is None and may_be_a_change(path, refused.told, self._municipality):
            async with self._pool.acquire() as connection, connection.transaction():
                await note_unreadable(connection, path, refused.told, str(refused))
                await settle(connection)
        return self._refused(path, refused)

    async def _imported(self, file: RecordsFile) -> Outcome:
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_AS_LONG_AS_IT_TAKES)
                return await self._within(connection, file)
        except FileRefused as refused:
            return await self._unusable(file, refused)
        except BatchContradicts as contradicts:
            return await self._contradicting(file, str(contradicts))
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as fault:
            why = f"{file.path.name}: does not fit the tables ({type(fault).__name__})"
            return await self._unusable(file, FileRefused(why))

    def _is_ours(self, file: RecordsFile) -> bool:
        return file.header.municipality == self._municipality

    async def _unusable(self, file: RecordsFile, refused: FileRefused) -> Outcome:
        """Refuse a whole file; where it is of change events, they are missing from now on."""
        header = file.header
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_AS_LONG_AS_IT_TAKES)
            imported, _ = await self._state(connection)
            if isinstance(header, ChangesHeader):
                in_batch = header.last <= (imported.last or 0)
                await note(connection, file, Decision.UNREAD if in_batch else Decision.GAP)
                await forget_unreadable(connection, file.path.name, header)
            await settle(connection)
        return self._refused(file.path, refused)

    async def _contradicting(self, file: RecordsFile, why: str) -> Outcome:
        """Refuse a batch that would take back what was changed.

        It waits where it has changes that have not come yet: they may have changed that again.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_AS_LONG_AS_IT_TAKES)
            imported, _ = await self._state(connection)
            last = imported.last or 0
            decision = Decision.CONFLICT if file.header.last <= last else Decision.GAP
            if await note(connection, file, decision):
                self._tell(file, decision, Written(), why)
            await settle(connection)
        self._tried[self._marks[file.path]] = last
        return Outcome(file.path.name, decision, why)

    async def _state(self, connection: Connection) -> tuple[Imported, datetime]:
        """Return what was imported so far, which no other importer changes meanwhile; and now."""
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        return await state_of(connection, self._municipality)

    async def _within(self, connection: Connection, file: RecordsFile) -> Outcome:
        imported, now = await self._state(connection)
        header, written = file.header, Written()
        if await was_before_a_restart(connection, file.digest):
            decision = Decision.OLD
        else:
            decision = decide(imported, header, file.digest, now)
        if isinstance(header, ChangesHeader) and decision in _TELLS_NUMBERS:
            await forget_unreadable(connection, file.path.name, header)
        if decision is Decision.IN_BATCH and isinstance(header, ChangesHeader):
            decision = await passed_over(connection, file, header)
        if decision is Decision.APPLY:
            written = await applied(connection, file, imported.last)
            await note_applied(connection, file, written)
        noted = await note(connection, file, decision)
        await settle(connection)
        if noted:
            self._tell(file, decision, written)
        return Outcome(file.path.name, decision, "", written.lines, written.unmappable)

    def _tell(self, file: RecordsFile, decision: Decision, written: Written, why: str = "") -> None:
        log = _log.error if decision in _ALARMS or written.held else _log.info
        log(
            "records_file",
            municipality=self._municipality,
            file=file.path.name,
            outcome=decision.value,
            why=why,
            lines=written.lines,
            unmappable=written.unmappable,
            held=written.held,
        )

    def _refused(self, path: Path, refused: FileRefused) -> Outcome:
        if path.exists():
            self._done[self._marks[path]] = ""
        _log.error("records_file_refused", municipality=self._municipality, why=str(refused))
        return Outcome(path.name, None, why=str(refused))


def _mark(path: Path) -> _Mark:
    try:
        facts = path.stat()
    except OSError:
        return path.name, -1, -1, -1
    return path.name, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def _are_changes_until(reach: int, file: RecordsFile) -> bool:
    return isinstance(file.header, ChangesHeader) and file.header.last <= reach


def _number(file: RecordsFile) -> tuple[int, bool, int]:
    """Return what files are sorted by: a batch comes after the changes that it shows."""
    header = file.header
    return header.last, isinstance(header, BatchHeader), header.first
