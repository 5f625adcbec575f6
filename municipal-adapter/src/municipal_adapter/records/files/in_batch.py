"""Changes that a batch has by its number, in a file that goes on after it: it must show them.

Otherwise its number is too high, and it would swallow changes that came after it.
"""

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

_ASIDE = "SELECT true FROM unmappable_records WHERE what = $1 AND key = $2"


@dataclass(frozen=True)
class InBatch:
    """The last of those changes of each record."""

    _events: dict[tuple[What, str], EventLine] = field(
        default_factory=dict[tuple[What, str], EventLine], repr=False
    )

    def add(self, event: EventLine) -> None:
        """Note a change that is passed over."""
        if event.what == "resident" and event.act == "erase":
            self._forget_seals(event.key)
        self._events[event.what, event.key] = event

    def _forget_seals(self, resident_id: str) -> None:
        """Forget the seals of whoever was erased: they went along."""
        for place, one in list(self._events.items()):
            holder = (one.record or {}).get("resident_id")
            if one.what == "seal" and holder == resident_id:
                del self._events[place]

    async def missing(self, connection: Connection) -> int | None:
        """Return the number of a change that the records do not show; None: they show all."""
        for event in self._events.values():
            if not await _shows(connection, event):
                return event.sequence
        self._events.clear()
        return None


async def _shows(connection: Connection, event: EventLine) -> bool:
    if await connection.fetchval(_ASIDE, event.what, event.key):
        return True
    columns, key = ", ".join(COLUMNS[event.what]), KEYS[event.what]
    found = await connection.fetchrow(
        f"SELECT {columns} FROM {TABLES[event.what]} WHERE {key} = $1",  # noqa: S608 (our names)
        event.key,
    )
    if event.record is None or found is None:
        return event.record is None and found is None
    try:
        record = RECORD.validate_python(event.record | {"line": event.what})
    except ValidationError:
        return False
    return values_of(record) == tuple(found)
