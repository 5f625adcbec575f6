"""What a recall leaves out because no verified stamp covers it; it is told.

A moment after an event that is nothing. After hours it is: somebody invented the event, or took
away what says that it is stamped. Then a recall may lack papers, and `verify` names the place.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from madoguchi_wire.kit.pool import Connection

from audit.verifying.order import OVERDUE

_COUNTS = """
    SELECT count(*) AS events, count(*) FILTER (WHERE time < {moment}) AS overdue
    FROM events JOIN fitting USING (subject)
    WHERE type LIKE 'madoguchi.issuance.%'
      AND NOT EXISTS (SELECT FROM covered WHERE covered.digest = events.digest)
"""


@dataclass(frozen=True)
class LeftOut:
    """Events that are not counted."""

    events: int
    overdue: int
    """Of these, how many should have been stamped hours ago."""

    def lines(self) -> list[str]:
        """Return what a person has to know."""
        told: list[str] = []
        if self.events:
            told.append(f"not yet stamped: {self.events} events that fit, not counted")
        if self.overdue:
            told.append(
                f"INCOMPLETE: {self.overdue} of them are older than four hours, which should not"
                " be: papers may be missing here; `audit verify` names what is wrong"
            )
        return told


async def left_out_of(
    connection: Connection, fitting: LiteralString, arguments: tuple[Any, ...], now: datetime
) -> LeftOut:
    """Return what is left out of the papers that a statement chooses as `subject`."""
    counts = _COUNTS.format(moment=f"${len(arguments) + 1}")
    statement = f"WITH fitting AS ({fitting}) {counts}"
    row = await connection.fetchrow(statement, *arguments, now - OVERDUE)
    return LeftOut(row["events"], row["overdue"]) if row is not None else LeftOut(0, 0)
