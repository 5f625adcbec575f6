"""Writing lines into the own tables, within the importer's transaction."""

from dataclasses import dataclass, field
from typing import Any

from asyncpg import UniqueViolationError
from madoguchi_wire.kit.pool import Connection
from pydantic import ValidationError

from municipal_adapter.records.files.lines import (
    COLUMNS,
    KEYS,
    OWNERS,
    RECORD,
    TABLES,
    EventLine,
    HouseholdLine,
    ResidentLine,
    SealLine,
    What,
    cause_of,
    values_of,
)
from municipal_adapter.records.files.reading import FileRefused
from municipal_adapter.records.files.said import note_said
from municipal_adapter.records.model import SealStatus

_HOUSEHOLD = """
    INSERT INTO households (household_id, address, head_name) VALUES ($1, $2, $3)
    ON CONFLICT (household_id) DO UPDATE
        SET address = excluded.address, head_name = excluded.head_name
"""
_RESIDENT = """
    INSERT INTO residents (resident_id, household_id, legal_order, name, name_kana, alias,
        birth_date, sex, relationship, became_resident_on, moved_here_on, previous_address,
        honseki, family_head, status, change_pending, protected)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (resident_id) DO UPDATE SET household_id = excluded.household_id,
        legal_order = excluded.legal_order, name = excluded.name, name_kana = excluded.name_kana,
        alias = excluded.alias, birth_date = excluded.birth_date, sex = excluded.sex,
        relationship = excluded.relationship, became_resident_on = excluded.became_resident_on,
        moved_here_on = excluded.moved_here_on, previous_address = excluded.previous_address,
        honseki = excluded.honseki, family_head = excluded.family_head,
        status = excluded.status, change_pending = excluded.change_pending,
        protected = excluded.protected
"""
_SEAL = """
    INSERT INTO seal_registrations (registration_number, resident_id, registered_on,
        registered_name, picture_png, status)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (registration_number) DO UPDATE SET resident_id = excluded.resident_id,
        registered_on = excluded.registered_on, registered_name = excluded.registered_name,
        picture_png = excluded.picture_png, status = excluded.status
"""
_WRITE: dict[What, str] = {"household": _HOUSEHOLD, "resident": _RESIDENT, "seal": _SEAL}
_ERASE: dict[What, str] = {
    "household": "DELETE FROM households WHERE household_id = $1 RETURNING true",
    "resident": "DELETE FROM residents WHERE resident_id = $1 RETURNING true",
    "seal": "DELETE FROM seal_registrations WHERE registration_number = $1 RETURNING true",
}
_EXISTS: dict[What, str] = {
    "household": "SELECT true FROM households WHERE household_id = $1",
    "resident": "SELECT true FROM residents WHERE resident_id = $1",
    "seal": "SELECT true FROM seal_registrations WHERE registration_number = $1",
}
_UNMAPPABLE = """
    INSERT INTO unmappable_records (what, key, owner, file, line, cause)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (what, key, owner) DO UPDATE SET file = excluded.file, line = excluded.line,
        cause = excluded.cause
"""
_NOW_OF = "UPDATE residents SET household_id = $2 WHERE resident_id = $1"
_KNOWN_UNMAPPABLE = "SELECT true FROM unmappable_records WHERE what = $1 AND key = $2"
_MAPPED = "DELETE FROM unmappable_records WHERE what = $1 AND key = $2"
_LAST_LINE = f"{_MAPPED} AND held_after IS NULL"
_LEFT_ALONE = """
    WITH gone AS (
        DELETE FROM residents WHERE NOT EXISTS (
            SELECT FROM households WHERE households.household_id = residents.household_id
        ) RETURNING resident_id, household_id
    )
    INSERT INTO unmappable_records (what, key, owner, file, line, cause)
    SELECT 'resident', resident_id, household_id, $1, 0, 'household_id: no such household'
    FROM gone ON CONFLICT DO NOTHING
"""
_SEALS_LEFT_ALONE = """
    WITH gone AS (
        DELETE FROM seal_registrations WHERE NOT EXISTS (
            SELECT FROM residents WHERE residents.resident_id = seal_registrations.resident_id
        ) RETURNING registration_number, resident_id
    )
    INSERT INTO unmappable_records (what, key, owner, file, line, cause)
    SELECT 'seal', registration_number, resident_id, $1, 0, 'resident_id: no such resident'
    FROM gone ON CONFLICT DO NOTHING
"""
CLEAR = (
    "DELETE FROM seal_registrations",
    "DELETE FROM residents",
    "DELETE FROM households",
    "DELETE FROM unmappable_records WHERE held_after IS NULL",
)
_AT_ONCE = 1000


@dataclass
class Written:
    """What became of the lines so far."""

    lines: int = 0
    unmappable: int = 0
    held: int = 0
    """Records that this batch, or one before it, shows otherwise, and no change says so."""
    erased_nothing: bool = False
    """An erasure that could not be applied (domain F5)."""
    changed_nothing: bool = False
    """A change of a record that is not there: an event before it was lost."""
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]], repr=False)
    """What a batch has had: its keys, and holders of active seals."""


@dataclass(frozen=True)
class Writer:
    """Writes the lines of one file."""

    connection: Connection
    file: str
    written: Written = field(default_factory=Written)
    _waiting: dict[What, list[tuple[object, ...]]] = field(
        default_factory=lambda: {"household": [], "resident": [], "seal": []}, repr=False
    )

    async def record(self, number: int, line: dict[str, Any]) -> None:
        """Write one line of a batch.

        Raises:
            FileRefused: it cannot even be told whose line it is.

        """
        what = line.get("line")
        if what not in KEYS:
            raise FileRefused(f"{self.file}: line {number}: line: must be one of {list(KEYS)}")
        self.written.lines += 1
        try:
            record = RECORD.validate_python(line)
        except ValidationError as error:
            await self._set_aside(number, what, line, cause_of(error))
            return
        for once in _once(record):
            if once in self.written.seen:
                await self._set_aside(number, what, line, f"{once[0]}: for the second time")
                return
            self.written.seen.add(once)
        waiting = self._waiting[what]
        waiting.append(values_of(record))
        if len(waiting) >= _AT_ONCE:
            await self._flush(what)

    async def event(
        self, number: int, line: dict[str, Any], sequence: int, *, passed_over: bool
    ) -> None:
        """Apply one change event, or only note it: a batch has it already.

        Raises:
            FileRefused: it is no event, not the next one, or nobody can tell whose it is.

        """
        try:
            event = EventLine.model_validate(line)
        except ValidationError as error:
            raise FileRefused(f"{self.file}: line {number}: {cause_of(error)}") from None
        if event.sequence != sequence:
            raise FileRefused(f"{self.file}: line {number}: sequence: {sequence} is missing")
        await note_said(self.connection, event)
        if passed_over:
            return
        if event.record is None:
            await self._erase(event)
            return
        if event.act == "change" and not await self._is_known(event):
            self.written.changed_nothing = True
        record = event.record | {"line": event.what}
        if record.get(KEYS[event.what]) != event.key:
            raise FileRefused(f"{self.file}: line {number}: key: is not the record's own")
        await self._record(number, event.what, record)

    async def finish(self) -> None:
        """Write what waits, and set aside whoever refers to what is not there."""
        for what in KEYS:
            await self._flush(what)
        for statement in (_LEFT_ALONE, _SEALS_LEFT_ALONE):
            await self.connection.execute(statement, self.file)

    async def _flush(self, what: What) -> None:
        # One statement for many rows: each one raises the version, whose row would grow old copies.
        await self.connection.copy_records_to_table(
            TABLES[what], records=self._waiting[what], columns=COLUMNS[what]
        )
        self._waiting[what].clear()

    async def _record(self, number: int, what: What, line: dict[str, Any]) -> None:
        self.written.lines += 1
        await self.connection.execute(_LAST_LINE, what, line[KEYS[what]])
        try:
            record = RECORD.validate_python(line)
        except ValidationError as error:
            await self._set_aside(number, what, line, cause_of(error))
            return
        try:
            async with self.connection.transaction():
                await self.connection.execute(_WRITE[what], *values_of(record))
                await self.connection.execute(_MAPPED, what, line[KEYS[what]])
        except UniqueViolationError:
            await self._set_aside(number, what, line, "another seal of this person is active")

    async def _set_aside(self, number: int, what: What, line: dict[str, Any], cause: str) -> None:
        """Note a record that cannot be understood: whoever it is of is refused.

        The version before it stays, as seals and later events refer to it, but in the household
        that the line names; a snapshot gives it to nobody.
        """
        key, owner = line.get(KEYS[what]), line.get(OWNERS[what])
        if not isinstance(key, str) or not isinstance(owner, str) or not key or not owner:
            raise FileRefused(f"{self.file}: line {number}: {cause}")
        self.written.unmappable += 1
        if what == "resident":
            await self.connection.execute(_NOW_OF, key, owner)
        values = (what, key, owner, self.file, number, cause)
        await self.connection.execute(_UNMAPPABLE, *values)

    async def _erase(self, event: EventLine) -> None:
        self.written.lines += 1
        if event.what == "resident":
            await self.connection.execute(
                "DELETE FROM seal_registrations WHERE resident_id = $1", event.key
            )
        known = await self._is_known(event)
        await self.connection.execute(_ERASE[event.what], event.key)
        await self.connection.execute(_MAPPED, event.what, event.key)
        if not known:
            self.written.erased_nothing = True

    async def _is_known(self, event: EventLine) -> bool:
        if await self.connection.fetchval(_EXISTS[event.what], event.key):
            return True
        return bool(await self.connection.fetchval(_KNOWN_UNMAPPABLE, event.what, event.key))


def _once(record: HouseholdLine | ResidentLine | SealLine) -> list[tuple[str, str]]:
    """Return what only one line of a batch may have, each with the name of the field."""
    match record:
        case HouseholdLine():
            return [("household_id", record.household_id)]
        case ResidentLine():
            return [("resident_id", record.resident_id)]
        case SealLine():
            number = [("registration_number", record.registration_number)]
            active = record.status is SealStatus.ACTIVE
            return [*number, ("status", record.resident_id)] if active else number
