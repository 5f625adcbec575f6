"""The own tables, filled from files, as a source of records."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
import structlog
from madoguchi_wire.kit.background import every
from madoguchi_wire.kit.pool import Pool

from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.importing import Importer
from municipal_adapter.records.files.kept import last_batch
from municipal_adapter.records.files.unreadable import causes
from municipal_adapter.records.model import Household, Resident, SealRegistration
from municipal_adapter.records.own_source import OwnRecordSnapshot, OwnRecordSource
from municipal_adapter.records.source import SourceFault, UnmappableRecord

_CAUSE = """
    SELECT what || '.' || cause AS cause, key AS whose FROM unmappable_records
    WHERE what = $1 AND key = $2
"""
_OF_HOUSEHOLD = """
    SELECT what || '.' || cause AS cause, CASE what WHEN 'resident' THEN key END AS whose
    FROM unmappable_records
    WHERE what IN ('household', 'resident') AND owner = $1 OR what = 'resident' AND key IN (
        SELECT resident_id FROM residents WHERE household_id = $1
    ) LIMIT 1
"""
_SET_ASIDE = """
    SELECT key FROM unmappable_records
    WHERE what = 'resident' AND key IN (SELECT resident_id FROM residents WHERE birth_date = $1)
"""
_SEAL_OF = """
    SELECT 'seal.' || cause AS cause, NULL AS whose FROM unmappable_records
    WHERE what = 'seal' AND (owner = $1 OR key IN (
        SELECT registration_number FROM seal_registrations WHERE resident_id = $1
    )) LIMIT 1
"""
_LAST = """
    SELECT fault, last_sequence,
        (SELECT max(imported_at) FROM imports WHERE outcome = 'applied') AS last_import
    FROM records_version
"""
_TOLD = {
    SourceFault.GAP: (
        "change events are missing, cannot be read, or contradict others or a batch,",
        "send what is missing, or a batch that shows it (`restart-numbers` if that cannot be)",
    ),
    SourceFault.ERASURE_PENDING: ("an erasure could not be applied", "send a batch"),
}


_PASSED_OVER = "passed over: give ordinary files, no links, with names that end in .jsonl"
_log = structlog.get_logger()


@dataclass(frozen=True)
class FilesSnapshot(OwnRecordSnapshot):
    """The own tables at one moment, where whoever could not be understood is refused."""

    async def resident(self, resident_id: str) -> Resident | None:
        """Return a person's entry; None: not in the records.

        Raises:
            UnmappableRecord: the last line about the person could not be understood.

        """
        self._refuse(await self.connection.fetchrow(_CAUSE, "resident", resident_id))
        return await super().resident(resident_id)

    async def household(self, household_id: str) -> Household:
        """Return a household with its members of today.

        Raises:
            LookupError: no such household.
            UnmappableRecord: the last line about it or a member could not be understood.

        """
        self._refuse(await self.connection.fetchrow(_OF_HOUSEHOLD, household_id))
        return await super().household(household_id)

    async def seal_of(self, resident_id: str) -> SealRegistration | None:
        """Return the person's latest seal registration; None: never any.

        Raises:
            UnmappableRecord: the last line about a seal of the person could not be understood.

        """
        self._refuse(await self.connection.fetchrow(_SEAL_OF, resident_id))
        return await super().seal_of(resident_id)

    async def born_on(self, birth_date: date) -> list[Resident]:
        """Return the residents of today with this birth date, but for those set aside."""
        rows = await self.connection.fetch(_SET_ASIDE, birth_date)
        aside = {row["key"] for row in rows}
        born = await super().born_on(birth_date)
        return [one for one in born if one.resident_id not in aside]

    def _refuse(self, found: asyncpg.Record | None) -> None:
        if found is not None:
            raise UnmappableRecord(found["cause"], found["whose"])


class FilesRecordSource:
    """The records that come as files; once it follows, a task looks into the folder."""

    def __init__(self, records: FilesRecords, pool: Pool, importer: Importer) -> None:
        self._records, self._pool, self._importer = records, pool, importer
        self._own = OwnRecordSource(pool)
        self._task: asyncio.Task[None] | None = None
        self._passed_over: frozenset[Path] = frozenset()
        self._looked_after: int | None = None
        """The batch after which the whole folder was looked through; None: it never was, as by a
        command, which issues nothing."""

    async def follow(self) -> None:
        """Import what is there, and from now on what comes."""
        await self.look()
        looking = every(self._records.poll_seconds, "records_files", self.look)
        self._task = asyncio.create_task(looking)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[FilesSnapshot]:
        """Open a snapshot; it has a fault until this process has looked after its batch."""
        # Before the snapshot begins: a look that ends afterwards is not in it.
        looked_after = self._looked_after
        async with self._own.snapshot() as own:
            fault = own.fault
            if fault is None and looked_after not in (None, await last_batch(own.connection)):
                fault = SourceFault.GAP
            yield FilesSnapshot(own.connection, own.version, own.current_as_of, fault)

    async def look(self) -> None:
        """Import what has come into the folder since the last look.

        After a batch, whoever applied it, the whole folder is looked through again: a change that
        lies there may not be in it.
        """
        looked_after: int | None = None
        while (batch := await last_batch(self._pool)) != looked_after:
            if batch != self._looked_after:
                await self._importer.look_again()
            await self._import_all()
            looked_after = batch
        self._looked_after = looked_after

    async def _import_all(self) -> None:
        files, others = await asyncio.to_thread(found_in, self._records.folder)
        for path in others:
            if path not in self._passed_over:
                _log.error("records_file_passed_over", file=path.name)
        self._passed_over = frozenset(others)
        await self._importer.import_all(files)

    async def check(self) -> str | None:
        """Say what is wrong with the files; None: nothing."""
        _, others = await asyncio.to_thread(found_in, self._records.folder)
        faults = [f"{', '.join(one.name for one in others)}: {_PASSED_OVER}"] if others else []
        if (fault := await self._fault()) is not None:
            faults.append(fault)
        return "; ".join(faults) or None

    async def _fault(self) -> str | None:
        row = await self._pool.fetchrow(_LAST)
        if cannot_be_read := await causes(self._pool):
            told = "; ".join(cannot_be_read)
            return f"{told}: send the file again under its name, or a batch made after it came"
        if row is None or row["last_sequence"] is None:
            return f"no batch has come into {self._records.folder} yet"
        if row["fault"] is None:
            looked_after = self._looked_after
            is_looked = looked_after in (None, await last_batch(self._pool))
            return (
                None
                if is_looked
                else f"a batch came: {self._records.folder} must be looked through"
            )
        since = row["last_import"].isoformat(timespec="seconds")
        told, ask = _TOLD[SourceFault(row["fault"])]
        return f"{told} after event {row['last_sequence']} (last import {since}): {ask}"

    async def close(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def found_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the files of a folder that are imported, and what only looks like one."""
    named = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".jsonl")
    # A pipe would be waited for without end, and a link leads out of the folder.
    good = [one for one in named if one.suffix == ".jsonl" and _is_ordinary(one)]
    return good, [one for one in named if one not in good]


def _is_ordinary(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


async def open_files_source(
    records: FilesRecords, pool: Pool, municipality: str, *, follow: bool
) -> FilesRecordSource:
    """Return the source; one that follows has imported what lies in the folder.

    Raises:
        ValueError: there is no such folder.

    """
    if not records.folder.is_dir():
        raise ValueError(f"records.folder: {records.folder}: is no folder")
    source = FilesRecordSource(records, pool, Importer(pool, municipality))
    if follow:
        await source.follow()
    return source
