"""The record of who looked at what: written before anything is shown, and never changed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Executor

_PAGE = 1000


@dataclass(frozen=True)
class Access:
    """One look, or one command."""

    position: int
    at: datetime
    who: str
    what: str
    """Stable name of what was looked at or done."""
    why: str
    about: dict[str, Any]
    """What was asked for."""

    @property
    def line(self) -> str:
        """It in one line, for people."""
        about = " ".join(f"{name}={value}" for name, value in self.about.items())
        return f"{self.at:%Y-%m-%d %H:%M:%S}  {self.who:16} {self.what:14} {about}  ({self.why})"


class Accesses:
    """A service's record, in an append-only table of its own."""

    def __init__(self, table: LiteralString) -> None:
        """Keep it in a table with the columns of `Access`; position and time are the database's."""
        self._record = f"INSERT INTO {table} (who, what, why, about) VALUES ($1, $2, $3, $4)"  # noqa: S608 (ours)
        self._list = f"""
            SELECT position, at, who, what, why, about FROM {table}
            WHERE ($1::text IS NULL OR who = $1) AND position > $2 ORDER BY position LIMIT $3
        """  # noqa: S608 (ours)

    async def record(
        self, connection: Executor, person: Person, what: str, about: Mapping[str, object]
    ) -> None:
        """Record a look or a command; whoever cannot be recorded sees nothing."""
        asked = {name: str(value) for name, value in about.items() if value is not None}
        await connection.execute(self._record, person.name, what, person.reason, asked)

    async def page(
        self, connection: Executor, who: str | None = None, after: int = 0
    ) -> Sequence[Access]:
        """Return up to a thousand in their order, of one person or of all, after a position."""
        rows = await connection.fetch(self._list, who, after, _PAGE)
        return [Access(**dict(row.items())) for row in rows]

    async def all(self, connection: Executor, who: str | None = None) -> AsyncIterator[Access]:
        """Give all of them in their order, of one person or of all, a page in memory at a time."""
        after = 0
        while page := await self.page(connection, who, after):
            for one in page:
                yield one
            after = page[-1].position
