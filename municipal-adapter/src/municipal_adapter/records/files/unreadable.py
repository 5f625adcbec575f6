"""Files of which nobody knows what they hold: a lost erasure may be among them.

Their numbers are not known either, so no gap shows later. Each one is remembered until a file of
its name can be read, or a batch that was made after it was seen holds everything.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from madoguchi_wire.kit.pool import Connection, Pool
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import TypeAdapter, ValidationError

_NOTE = """
    INSERT INTO unreadable_files (file, length, changed, cause) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING
"""
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


async def note_unreadable(connection: Connection, path: Path, cause: str) -> None:
    """Remember a file, once."""
    facts = await asyncio.to_thread(path.stat)
    await connection.execute(_NOTE, path.name, facts.st_size, facts.st_mtime_ns, cause)


async def forget_unreadable(connection: Connection, name: str) -> None:
    """Forget a file: what has come under its name can be read."""
    await connection.execute("DELETE FROM unreadable_files WHERE file = $1", name)


async def causes(pool: Pool) -> list[str]:
    """Return which files are missing because they cannot be read, and why."""
    return [row["cause"] for row in await pool.fetch(_MISSED)]
