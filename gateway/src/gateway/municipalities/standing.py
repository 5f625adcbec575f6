"""Where every municipality stands, read at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from madoguchi_wire.kit.pool import Connection

from gateway.municipalities.life import State

_ALL = """
    WITH newest AS (
        SELECT DISTINCT ON (municipality) municipality, version FROM municipality_versions
        ORDER BY municipality, version DESC),
    held AS (
        SELECT DISTINCT ON (municipality) * FROM municipality_decisions
        WHERE in_force_from <= madoguchi_now() ORDER BY municipality, number DESC),
    waiting AS (
        SELECT DISTINCT ON (decision.municipality) decision.*
        FROM municipality_decisions AS decision LEFT JOIN held USING (municipality)
        WHERE decision.in_force_from > madoguchi_now()
          AND decision.number > coalesce(held.number, 0)
        ORDER BY decision.municipality, decision.in_force_from, decision.number DESC)
    SELECT newest.municipality, coalesce(held.state, 'draft') AS state, held.version,
           held.in_force_from AS since, held.number AS decision,
           CASE WHEN newest.version > greatest(
               (SELECT max(version) FROM municipality_decisions AS any_decision
                WHERE any_decision.municipality = newest.municipality), 0)
               THEN newest.version END AS draft,
           waiting.number AS next_decision, waiting.state AS next_state,
           waiting.version AS next_version, waiting.in_force_from AS next_from,
           shown.body -> 'name' ->> 'ja' AS name
    FROM newest LEFT JOIN held USING (municipality) LEFT JOIN waiting USING (municipality)
    JOIN municipality_versions AS shown
        ON shown.municipality = newest.municipality
        AND shown.version = coalesce(held.version, newest.version)
    ORDER BY newest.municipality
"""


@dataclass(frozen=True)
class Standing:
    """One municipality: what is in force of it, what waits, and what was not decided about."""

    municipality: str
    state: State
    version: int | None
    since: datetime | None
    decision: int | None
    draft: int | None
    """Its newest version, if nothing was ever decided about it or a later one."""
    next_decision: int | None
    next_state: str | None
    next_version: int | None
    next_from: datetime | None
    name: str

    @property
    def something_waits(self) -> bool:
        """Whether a decision waits for its time, or a draft for a decision."""
        return self.draft is not None or self.next_decision is not None


async def standings(connection: Connection) -> list[Standing]:
    """Return all municipalities, by code."""
    rows = await connection.fetch(_ALL)
    return [_standing(dict(row.items())) for row in rows]


def _standing(row: dict[str, Any]) -> Standing:
    row["state"] = State(row["state"])
    return Standing(**row)
