"""F11: a table of cards and persons that was imported shifted by one row."""

import asyncio
from typing import ClassVar

import asyncpg
from checker.evidence.evidence import Evidence

from proofs.incidents.incident import Incident
from proofs.incidents.load import ICHIKAWA
from proofs.incidents.stage import Stage

_SHIFT = """
    WITH numbered AS (
        SELECT authority, serial, resident_id,
            row_number() OVER (ORDER BY resident_id, authority, serial) AS row,
            count(*) OVER () AS rows
        FROM card_registrations
    )
    UPDATE card_registrations AS card SET resident_id = of_the_next.resident_id
    FROM numbered JOIN numbered AS of_the_next
        ON of_the_next.row = numbered.row % numbered.rows + 1
    WHERE card.authority = numbered.authority AND card.serial = numbered.serial
"""


class F11(Incident):
    """Each card is registered for the person of the next row."""

    name: ClassVar = "F11"
    where: ClassVar = "—"
    fault: ClassVar = "the mapping of card serials to persons is shifted by one row"
    without: ClassVar = ("card-binding",)

    def set_up(self, stage: Stage) -> None:
        """Shift the table, as an import in which one line was lost would."""
        asyncio.run(_shift(stage.installation.facts.municipality_databases[ICHIKAWA]))

    def injected(self, stage: Stage, evidence: Evidence) -> int:
        """Return how many issuances asked the table: every row of it is wrong."""
        del stage
        return len(evidence.books.issuances)


async def _shift(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_SHIFT)
    finally:
        await connection.close()
