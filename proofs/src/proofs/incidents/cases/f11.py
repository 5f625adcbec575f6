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

_REFUSED = """
    SELECT count(DISTINCT issuance_id) FROM refusals
    WHERE reason = 'mapping_lapsed' AND issuance_id IS NOT NULL
"""
_PREPARED = "SELECT count(*) FROM claims WHERE attestation IS NOT NULL"


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
        """Return for how many issuances a wrong row was found, or without defences taken."""
        del evidence
        dsn = stage.installation.facts.municipality_databases[ICHIKAWA]
        return asyncio.run(struck(dsn, defended=not stage.without))


async def struck(dsn: str, *, defended: bool) -> int:
    """Return how many issuances came upon a wrong row, as the adapter's own database says."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(_REFUSED if defended else _PREPARED)
    finally:
        await connection.close()


async def _shift(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_SHIFT)
    finally:
        await connection.close()
