"""What changes said last of each record, and whether the records show it.

A batch has all changes up to its number, so it must show them: those that were applied before it,
and those that come after it. Otherwise its number is too high, as of an export that reads its
number after its data, and would take back what was changed: a protection, an erasure of a seal.

One row for each record that changed since the last batch, with a digest and no values: a batch that
shows them ends them, so a batch costs as many comparisons as there were changes since the last one.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from madoguchi_wire.kit.pool import Connection
from pydantic import ValidationError

from municipal_adapter.records.files.lines import (
    COLUMNS,
    KEYS,
    RECORD,
    TABLES,
    EventLine,
    What,
    values_of,
)
from municipal_adapter.records.plain import plain

_NOTE = """
    INSERT INTO changes_said AS said (what, key, sequence, digest, differs, holder)
    SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (
        SELECT FROM changes_said AS erased
        WHERE erased.what = 'resident' AND erased.key = $6 AND erased.sequence > $3
            AND erased.digest = ''
    )
    ON CONFLICT (what, key) DO UPDATE SET sequence = excluded.sequence, digest = excluded.digest,
        differs = excluded.differs, holder = excluded.holder, unshown = false
        WHERE said.sequence < excluded.sequence
"""
"""A seal goes along with its erased holder, so nothing that was said of it before counts."""
_SEALS_GONE = """
    UPDATE changes_said SET sequence = $2, digest = '', differs = false, unshown = false
    WHERE what = 'seal' AND holder = $1 AND sequence < $2
"""
_TO_COMPARE = """
    SELECT said.key AS whose, said.sequence, said.digest, said.differs, {columns}
    FROM changes_said AS said LEFT JOIN {table} AS kept ON kept.{key} = said.key
    WHERE said.what = $1 AND said.sequence BETWEEN $2 AND $3 AND {of_whom}
"""
_NOT_ASIDE = """
    NOT EXISTS (
        SELECT FROM unmappable_records AS aside
        WHERE aside.what = said.what AND aside.key = said.key
    )
"""
"""Whoever is set aside is refused anyway."""
_STOPS = """
    said.unshown AND NOT EXISTS (
        SELECT FROM unmappable_records AS aside
        WHERE aside.what = said.what AND aside.key = said.key AND aside.held_after IS NULL
    )
"""
"""Of whom the batch has a line that nobody understands, it shows nothing."""
_HELD_BEFORE = """
    NOT said.differs AND said.sequence >= (
        SELECT max(held_after) FROM unmappable_records AS aside
        WHERE aside.what = said.what AND aside.key = said.key
    )
"""
_LIFT = """
    DELETE FROM unmappable_records WHERE what = $1 AND key = $2 AND held_after IS NOT NULL
"""
_UNSHOWN = "UPDATE changes_said SET unshown = $3 WHERE what = $1 AND key = $2"
_SHOWN = f"DELETE FROM changes_said AS said WHERE sequence <= $1 AND {_NOT_ASIDE}"  # noqa: S608 (our names)
_NOT_THERE = b""


@dataclass(frozen=True)
class Said:
    """The last change of a record."""

    what: What
    key: str = field(repr=False)
    sequence: int


async def note_said(connection: Connection, event: EventLine) -> None:
    """Note what a change says, before it is applied, if nothing later was said of its record."""
    digest, differs = await _said(connection, event)
    holder = (event.record or {}).get("resident_id") if event.what == "seal" else None
    named = holder if isinstance(holder, str) else None
    key, sequence = event.key, event.sequence
    await connection.execute(_NOTE, event.what, key, sequence, digest, differs, named)
    if event.what == "resident" and event.act == "erase":
        await connection.execute(_SEALS_GONE, key, sequence)


async def unshown(connection: Connection, first: int, last: int) -> list[Said]:
    """Return those of these changes, each the last one of its record, that are not shown.

    Within a transaction.
    """
    compared = await _compared(connection, _NOT_ASIDE, first, last)
    return [one for one, is_shown in compared if not is_shown]


async def lift_shown(connection: Connection, first: int, last: int) -> None:
    """Hold no record any more that one of these changes said as it is shown.

    A change from before what was there when the record was held proves nothing. Within a
    transaction.
    """
    compared = await _compared(connection, _HELD_BEFORE, first, last)
    shown = [(one.what, one.key) for one, is_shown in compared if is_shown]
    await connection.executemany(_LIFT, shown)


async def _compared(
    connection: Connection, of_whom: str, first: int, last: int
) -> list[tuple[Said, bool]]:
    """Return changes, and whether the records show each."""
    found: list[tuple[Said, bool]] = []
    for what, key in KEYS.items():
        columns = ", ".join(f"kept.{name}" for name in COLUMNS[what])
        query = _TO_COMPARE.format(columns=columns, table=TABLES[what], key=key, of_whom=of_whom)
        async for row in connection.cursor(query, what, first, last):
            values = tuple(row)[4:]
            digest = _NOT_THERE if row[key] is None else _digest_of(values)
            is_shown = (digest == row["digest"]) is not row["differs"]
            found.append((Said(what, row["whose"], row["sequence"]), is_shown))
    return found


async def note_unshown(connection: Connection, found: Sequence[Said]) -> None:
    """Remember changes that the records do not show: nothing is issued till they do."""
    await connection.executemany(_UNSHOWN, [(one.what, one.key, True) for one in found])


async def end_stops(connection: Connection, sequence: int) -> None:
    """Let a batch of this number end the stop for each change that it shows at last.

    That of a record that stays held, too: whoever it is of is refused alone. Within a transaction.
    """
    compared = await _compared(connection, _STOPS, 0, sequence)
    shown = [(one.what, one.key, False) for one, is_shown in compared if is_shown]
    await connection.executemany(_UNSHOWN, shown)


async def forget_shown(connection: Connection, sequence: int) -> None:
    """Forget what a batch of this number shows."""
    await connection.execute(_SHOWN, sequence)


async def _said(connection: Connection, event: EventLine) -> tuple[bytes, bool]:
    """Return a digest, and whether the records must differ from it."""
    if event.record is None:
        return _NOT_THERE, False
    try:
        record = RECORD.validate_python(event.record | {"line": event.what})
    except ValidationError:
        return await _now(connection, event), True
    return _digest_of(values_of(record)), False


async def _now(connection: Connection, event: EventLine) -> bytes:
    columns, key = ", ".join(COLUMNS[event.what]), KEYS[event.what]
    found = await connection.fetchrow(
        f"SELECT {columns} FROM {TABLES[event.what]} WHERE {key} = $1",  # noqa: S608 (our names)
        event.key,
    )
    return _NOT_THERE if found is None else _digest_of(tuple(found))


def _digest_of(values: Sequence[object]) -> bytes:
    return hashlib.sha256(json.dumps(values, default=plain).encode()).digest()
