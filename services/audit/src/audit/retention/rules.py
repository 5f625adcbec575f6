"""How long payloads are kept, by municipality, and emptying those whose time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, Executor
from madoguchi_wire.municipality_code import is_municipality_code

CENTRE = "centre"
"""Stands for events of no municipality."""
SHORTEST_DAYS = 30
_SET = """
    INSERT INTO retention_rules (municipality, days, set_by, reason) VALUES ($1, $2, $3, $4)
"""
_LIST = """
    SELECT DISTINCT ON (municipality) municipality, days, set_by, reason, set_at
    FROM retention_rules ORDER BY municipality, position DESC
"""
_ROLE = "SET ROLE madoguchi_audit_retention"
_EMPTY = "SELECT municipality, events FROM empty_payloads()"


@dataclass(frozen=True)
class Rule:
    """The rule in force for a municipality."""

    municipality: str
    days: int
    set_by: str
    reason: str
    set_at: datetime


async def set_rule(connection: Executor, municipality: str, days: int, person: Person) -> None:
    """Put a rule in force; the ones before it stay on record.

    Raises:
        ValueError: no municipality, or too few days.

    """
    if municipality != CENTRE and not is_municipality_code(municipality):
        raise ValueError(f"{municipality} is no municipality code; `{CENTRE}` is for none of them")
    if days < SHORTEST_DAYS:
        raise ValueError(f"payloads are kept {SHORTEST_DAYS} days at least")
    await connection.execute(_SET, municipality, days, person.name, person.reason)


async def list_rules(connection: Executor) -> Sequence[Rule]:
    """Return the rules in force."""
    return [Rule(**dict(row.items())) for row in await connection.fetch(_LIST)]


async def empty_payloads(connection: Connection) -> dict[str, int]:
    """Empty what is past its time, as the one role that may; return how many, by municipality.

    Raises:
        PermissionError: this connection's user is no member of that role.

    """
    try:
        await connection.execute(_ROLE)
        rows = await connection.fetch(_EMPTY)
    except asyncpg.InsufficientPrivilegeError:
        raise PermissionError(
            "only a member of madoguchi_audit_retention may empty payloads: name such a user in"
            " AUDIT_RETENTION_DATABASE_URL"
        ) from None
    finally:
        await connection.execute("RESET ROLE")
    return {row["municipality"]: row["events"] for row in rows}
