"""Importing files into the own tables: each file in one transaction, as a whole version."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
import structlog
from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.records.files.deciding import Decision, Imported, decide
from municipal_adapter.records.files.lines import BatchHeader
from municipal_adapter.records.files.reading import FileRefused, RecordsFile, open_file
from municipal_adapter.records.files.writing import CLEAR, Writer, Written

LOCK = 7216400733
"""Number of the advisory lock that importers hold; any number that nobody else uses."""
_STATE = "SELECT last_sequence, madoguchi_now() AS now FROM records_version"
_DIGESTS = "SELECT kind, first, last, digest FROM imports WHERE outcome = 'applied'"
_NOTE = """
    INSERT INTO imports (file, kind, first, last, digest, made_at, outcome)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (digest, outcome) DO NOTHING
    RETURNING true
"""
_APPLIED = """
    UPDATE records_version SET number = number + 1, last_sequence = $1, current_as_of = $2,
        event_lost = $3 OR (event_lost AND NOT $5),
        erasure_missed = $4 OR (erasure_missed AND NOT $5)
"""
_SETTLE = """
    UPDATE records_version SET fault = CASE
        WHEN erasure_missed THEN 'erasure_not_applied'
        WHEN event_lost OR EXISTS (
            SELECT FROM imports
            WHERE outcome IN ('waits', 'future') AND imports.last > coalesce(last_sequence, -1)
        ) OR EXISTS (
            SELECT FROM imports WHERE outcome = 'conflict' AND imported_at > coalesce((
                SELECT max(imported_at) FROM imports WHERE kind = 'batch' AND outcome = 'applied'
            ), '-infinity')
        ) THEN 'sequence_gap'
    END
"""
"""What waits is noted in the database, so that all replicas know of a file that one has seen. Of
two files of the same numbers nobody knows which one is true, until a batch says it all."""
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
        for path in paths:
            if self._mark(path) in self._done:
                continue
            try:
                opened.append(await asyncio.to_thread(open_file, path))
            except FileRefused as refused:
                if refused.file is not None and self._is_ours(refused.file):
                    outcomes.append(await self._unusable(refused.file, refused))
                else:
                    outcomes.append(self._refused(path, refused))
        for file in sorted(opened, key=lambda one: (one.header.last, one.header.first)):
            outcome = await self._imported(file)
            if outcome.decision not in (Decision.GAP, Decision.FUTURE):
                self._done.add(self._mark(file.path))
            outcomes.append(outcome)
        return outcomes

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
        if not isinstance(file.header, BatchHeader):
            async with self._pool.acquire() as connection, connection.transaction():
                await self._note(connection, file, Decision.GAP)
                await connection.execute(_SETTLE)
        return self._refused(file.path, refused)

    async def _within(self, connection: Connection, file: RecordsFile) -> Outcome:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        imported, now = await self._state(connection)
        decision = decide(imported, file.header, file.digest, now)
        header, written = file.header, Written()
        noted = await self._note(connection, file, decision)
        if decision is Decision.APPLY:
            written = await _written(connection, file, imported.last)
            lost, missed = written.changed_nothing, written.erased_nothing
            is_batch = isinstance(header, BatchHeader)
            await connection.execute(_APPLIED, header.last, header.made_at, lost, missed, is_batch)
        await connection.execute(_SETTLE)
        if noted:
            self._tell(file, decision, written)
        return Outcome(file.path.name, decision, lines=written.lines, unmappable=written.unmappable)

    async def _note(self, connection: Connection, file: RecordsFile, decision: Decision) -> bool:
        """Note what becomes of a file; return whether that is new."""
        header = file.header
        of_file = (file.path.name, header.kind, header.first, header.last)
        values = (*of_file, file.digest, header.made_at, decision)
        return bool(await connection.fetchval(_NOTE, *values))

    async def _state(self, connection: Connection) -> tuple[Imported, datetime]:
        row = await connection.fetchrow(_STATE)
        if row is None:
            raise LookupError("the records have no version: run the migrations")
        digests = {
            (one["kind"], one["first"], one["last"]): one["digest"]
            for one in await connection.fetch(_DIGESTS)
        }
        return Imported(self._municipality, row["last_sequence"], digests), row["now"]

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
