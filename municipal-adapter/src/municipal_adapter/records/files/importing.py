"""Importing files into the own tables: each file in one transaction, as a whole version."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog
from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.files.deciding import Decision, decide
from municipal_adapter.records.files.kept import LOCK, note, note_applied, settle, state_of
from municipal_adapter.records.files.lines import BatchHeader
from municipal_adapter.records.files.reading import FileRefused, RecordsFile, open_file
from municipal_adapter.records.files.unreadable import (
    forget_unreadable,
    may_be_a_change,
    note_unreadable,
)
from municipal_adapter.records.files.writing import CLEAR, Writer, Written

_ALARMS = (Decision.CONFLICT, Decision.FOREIGN, Decision.FUTURE)
_AS_LONG_AS_IT_TAKES = "SET LOCAL statement_timeout = 0"
"""Importers wait for each other, and a batch replaces a whole municipality."""
_OTHERS_TURN = 50
"""Lines of a batch between which requests have their turn."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What became of a file."""

    file: str
    decision: Decision | None
    """None: the file as a whole cannot be used."""
    why: str = ""
    lines: int = 0
    unmappable: int = 0
    is_new_batch: bool = False


class Importer:
    """Imports files of one municipality."""

    def __init__(self, pool: Pool, municipality: str) -> None:
        self._pool, self._municipality = pool, municipality
        self._done: set[tuple[str, int, int]] = set()
        """Files that need no other look: name, length and time of the last change."""

    async def import_all(self, paths: Sequence[Path]) -> list[Outcome]:
        """Import files in the order of their numbers, whatever order they came in.

        Files that were applied are passed over. Where one waits for others, the fault of the
        source says so until they have come.
        """
        outcomes: list[Outcome] = []
        opened: list[RecordsFile] = []
        unreadable: list[tuple[Path, FileRefused]] = []
        for path in paths:
            if self._mark(path) in self._done:
                continue
            try:
                opened.append(await asyncio.to_thread(open_file, path))
            except FileRefused as refused:
                if refused.file is not None and self._is_ours(refused.file):
                    outcomes.append(await self._unusable(refused.file, refused))
                else:
                    unreadable.append((path, refused))
        for file in sorted(opened, key=lambda one: (one.header.last, one.header.first)):
            outcome = await self._imported(file)
            if outcome.decision not in (Decision.GAP, Decision.FUTURE):
                self._done.add(self._mark(file.path))
            outcomes.append(outcome)
        # After the others: a batch that came with it may be older, and must not hide it.
        return outcomes + [await self._unreadable(path, refused) for path, refused in unreadable]

    def look_again(self) -> None:
        """Take every file for a new one: after a batch, those that it was missed for may fit."""
        self._done.clear()

    async def _unreadable(self, path: Path, refused: FileRefused) -> Outcome:
        """Refuse a file without a header; what it may have changed is missing from now on."""
        if refused.file is None and may_be_a_change(path, refused.told, self._municipality):
            async with self._pool.acquire() as connection, connection.transaction():
                await note_unreadable(connection, path, str(refused))
                await settle(connection)
        return self._refused(path, refused)

    async def _imported(self, file: RecordsFile) -> Outcome:
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_AS_LONG_AS_IT_TAKES)
                return await self._within(connection, file)
        except FileRefused as refused:
            return await self._unusable(file, refused)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as fault:
            why = f"{file.path.name}: does not fit the tables ({type(fault).__name__})"
            return await self._unusable(file, FileRefused(why))

    def _is_ours(self, file: RecordsFile) -> bool:
        return file.header.municipality == self._municipality

    async def _unusable(self, file: RecordsFile, refused: FileRefused) -> Outcome:
        """Refuse a whole file; where it is of change events, they are missing from now on."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not isinstance(file.header, BatchHeader):
                await note(connection, file, Decision.GAP)
            await forget_unreadable(connection, file.path.name)
            await settle(connection)
        return self._refused(file.path, refused)

    async def _within(self, connection: Connection, file: RecordsFile) -> Outcome:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        imported, now = await state_of(connection, self._municipality)
        decision = decide(imported, file.header, file.digest, now)
        header, written = file.header, Written()
        noted = await note(connection, file, decision)
        if decision is not Decision.FOREIGN:
            await forget_unreadable(connection, file.path.name)
        if decision is Decision.APPLY:
            written = await _written(connection, file, imported.last)
            await note_applied(connection, file, written)
        await settle(connection)
        if noted:
            self._tell(file, decision, written)
        is_new = decision is Decision.APPLY and isinstance(header, BatchHeader)
        counts = (written.lines, written.unmappable)
        return Outcome(file.path.name, decision, "", *counts, is_new_batch=is_new)

    def _tell(self, file: RecordsFile, decision: Decision, written: Written) -> None:
        log = _log.error if decision in _ALARMS else _log.info
        log(
            "records_file",
            municipality=self._municipality,
            file=file.path.name,
            outcome=decision.value,
            lines=written.lines,
            unmappable=written.unmappable,
        )

    def _refused(self, path: Path, refused: FileRefused) -> Outcome:
        if path.exists():
            self._done.add(self._mark(path))
        _log.error("records_file_refused", municipality=self._municipality, why=str(refused))
        return Outcome(path.name, None, why=str(refused))

    def _mark(self, path: Path) -> tuple[str, int, int]:
        try:
            facts = path.stat()
        except OSError:
            return path.name, -1, -1
        return path.name, facts.st_size, facts.st_mtime_ns


async def _written(connection: Connection, file: RecordsFile, last: int | None) -> Written:
    writer, header = Writer(connection, file.path.name), file.header
    if isinstance(header, BatchHeader):
        for statement in CLEAR:
            await connection.execute(statement)
        for number, line in file.content():
            await writer.record(number, line)
            if number % _OTHERS_TURN == 0:
                await asyncio.sleep(0)
    else:
        sequence = header.first
        for number, line in file.content():
            await writer.event(number, line, sequence, passed_over=sequence <= (last or 0))
            sequence += 1
        if sequence != header.last + 1:
            raise FileRefused(f"{file.path.name}: sequence: {sequence} is missing")
    await writer.finish()
    return writer.written
