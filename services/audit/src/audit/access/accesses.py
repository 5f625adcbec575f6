"""The record of looks and commands: written before anything is shown, and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Executor

_RECORD = "INSERT INTO accesses (who, what, why, about) VALUES ($1, $2, $3, $4)"
_LIST = """
    SELECT position, at, who, what, why, about FROM accesses
    WHERE ($1::text IS NULL OR who = $1) AND position > $2 ORDER BY position LIMIT $3
"""


@dataclass(frozen=True)
class Access:
    """One look, or one command."""

    position: int
    at: datetime
    who: str
    what: str
    """Stable name: history, verify, recall, cardholder, report, package, hold, retention …"""
    why: str
    about: dict[str, Any]
    """What was asked for."""


async def record_access(
    connection: Executor, person: Person, what: str, about: Mapping[str, object]
) -> None:
    """Record a look or a command; whoever cannot be recorded sees nothing."""
    asked = {name: str(value) for name, value in about.items() if value is not None}
    await connection.execute(_RECORD, person.name, what, person.reason, asked)


async def list_accesses(
    connection: Executor, who: str | None = None, after: int = 0, limit: int = 1000
) -> Sequence[Access]:
    """Return accesses in their order, of one person or of all, those after a position."""
    rows = await connection.fetch(_LIST, who, after, limit)
    return [Access(**dict(row.items())) for row in rows]
