"""Files of which nobody knows what they hold: a lost erasure may be among them.

Their numbers are not known for sure either, so no gap shows later. Each one is remembered until
changes of its name come that have its numbers and were not there before, or a batch that was made
after it was seen holds everything. Any other file of its name proves nothing.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from madoguchi_wire.kit.pool import Connection, Pool
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import TypeAdapter, ValidationError

from municipal_adapter.records.files.fields import MAXIMUM_SEQUENCE
from municipal_adapter.records.files.lines import ChangesHeader

_NOTE = """
    INSERT INTO unreadable_files (file, length, changed, cause, first, last, last_sequence)
    SELECT $1, $2, $3, $4, $5, $6, last_sequence FROM records_version
    ON CONFLICT DO NOTHING
"""
_FORGET = """
    DELETE FROM unreadable_files WHERE file = $1 AND CASE
        WHEN first IS NULL OR last IS NULL THEN $3 > coalesce(last_sequence, -1)
        ELSE first >= $2 AND last <= $3
    END
"""
"""Where its numbers are not known, it went on from what was there."""
_MISSED = "SELECT cause FROM missed_files ORDER BY noticed_at"
_CODE: TypeAdapter[str] = TypeAdapter(MunicipalityCode)


def may_be_a_change(path: Path, told: Mapping[str, Any], municipality: str) -> bool:
    """Return whether a file that cannot be read may hold changes of this municipality.

    Args:
        path: of the file.
        told: the JSON of its first line, as far as there is any.
        municipality: whose records are imported.

    """
    if path.suffix != ".jsonl" or not path.is_file():
        return False
    return told.get("kind") != "batch" and not _is_foreign(told.get("municipality"), municipality)


def _is_foreign(code: object, municipality: str) -> bool:
    """Return whether a code is another municipality's, and not just a damaged one."""
    try:
        return _CODE.validate_python(code, strict=True) != municipality
    except ValidationError:
        return False


async def note_unreadable(
    connection: Connection, path: Path, told: Mapping[str, Any], cause: str
) -> None:
    """Remember a file, once, with its numbers as far as its first line tells them."""
    facts = await asyncio.to_thread(path.stat)
    numbers = (_number(told.get("first")), _number(told.get("last")))
    of_file = (path.name, facts.st_size, facts.st_mtime_ns)
    await connection.execute(_NOTE, *of_file, cause, *numbers)


def _number(told: object) -> int | None:
    match told:
        case bool():
            return None
        case int() if 1 <= told <= MAXIMUM_SEQUENCE:
            return told
        case _:
            return None


async def forget_unreadable(connection: Connection, name: str, changes: ChangesHeader) -> None:
    """Forget a file for which changes have come under its name that have its numbers."""
    await connection.execute(_FORGET, name, changes.first, changes.last)


async def causes(pool: Pool) -> list[str]:
    """Return which files are missing because they cannot be read, and why."""
    return [row["cause"] for row in await pool.fetch(_MISSED)]
