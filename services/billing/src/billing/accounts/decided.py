"""Decisions about accounts as they are kept: the newest of a party says what is in force.

A row has digests alone. The account itself stands in the contract file, outside the database: who
can write in one of them alone redirects nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, Executor

Act = Literal["first", "change", "withdraw"]
_ROW = """position, party, act, replaces, digest, decided_by, agreed_by, reason, consent,
    decided_at, in_force_from"""
_ALL = f"""
    SELECT {_ROW}, in_force_from <= madoguchi_now() AS begun
    FROM billing.account_decisions ORDER BY party, position
"""  # noqa: S608 (names of columns)
_LAST = f"""
    SELECT {_ROW}, in_force_from <= madoguchi_now() AS begun
    FROM billing.account_decisions WHERE party = $1 ORDER BY position DESC LIMIT 1
"""  # noqa: S608 (as above)
_IN_FORCE = """
    SELECT DISTINCT ON (party) party,
           CASE WHEN in_force_from <= coalesce($1, madoguchi_now()) THEN digest ELSE replaces END
               AS digest
    FROM billing.account_decisions
    WHERE act = 'first' OR decided_at <= coalesce($1, madoguchi_now())
    ORDER BY party, position DESC
"""
_KEEP = """
    INSERT INTO billing.account_decisions (party, act, replaces, digest, decided_by, agreed_by,
        reason, consent)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING in_force_from
"""


@dataclass(frozen=True)
class Decided:
    """One decision about an account, which nobody changes."""

    position: int
    party: str
    """`centre`, a chain, or a municipality's code."""
    act: Act
    replaces: str
    """Digest of the account in force when it was decided."""
    digest: str
    """Of the one in force from its time on."""
    decided_by: str
    agreed_by: str | None
    reason: str
    consent: str | None
    """The municipality's, a JWS."""
    decided_at: datetime
    in_force_from: datetime
    begun: bool
    """Whether its time has come."""

    @property
    def in_force(self) -> str:
        """The digest of the account in force now, if nothing was decided since."""
        return self.digest if self.begun else self.replaces

    def told(self) -> dict[str, Any]:
        """Return it for programs, without the signature."""
        return {
            "party": self.party,
            "act": self.act,
            "replaces": self.replaces,
            "digest": self.digest,
            "decided_by": self.decided_by,
            "agreed_by": self.agreed_by,
            "reason": self.reason,
            "decided_at": self.decided_at.isoformat(),
            "in_force_from": self.in_force_from.isoformat(),
            "in_force": self.in_force,
        }


async def all_decided(connection: Executor) -> list[Decided]:
    """Return all decisions, each party's in their order."""
    return [Decided(**dict(row.items())) for row in await connection.fetch(_ALL)]


async def last_decided(connection: Connection, party: str) -> Decided | None:
    """Return the newest decision about a party's account; None: none is known."""
    row = await connection.fetchrow(_LAST, party)
    return None if row is None else Decided(**dict(row.items()))


async def digests_in_force(connection: Executor, at: datetime | None = None) -> dict[str, str]:
    """Return the digest of each party's account in force, now or at a moment.

    Of a party of which nothing was known at the moment, it is the first that became known.
    """
    return {row["party"]: row["digest"] for row in await connection.fetch(_IN_FORCE, at)}


async def keep_first(connection: Connection, accounts: Mapping[str, str], by: Person) -> None:
    """Keep the first account of each party, by its digest: it is in force at once."""
    await connection.executemany(
        _KEEP,
        [
            (party, "first", digest, digest, by.name, None, by.reason, None)
            for party, digest in accounts.items()
        ],
    )


async def keep_change(
    connection: Connection,
    last: Decided,
    digest: str,
    persons: tuple[Person, Person],
    consent: str | None,
) -> datetime:
    """Keep that another account takes the place of the one in force; return from when.

    Args:
        connection: in the transaction of somebody who writes.
        last: the newest decision about it.
        digest: of the account to come.
        persons: who decides, and who agrees.
        consent: the municipality's.

    """
    by, agreed = persons
    begins: datetime = await connection.fetchval(
        _KEEP,
        *(last.party, "change", last.in_force, digest, by.name, agreed.name, by.reason, consent),
    )
    return begins


async def keep_withdrawal(connection: Connection, last: Decided, by: Person) -> None:
    """Keep that the account in force stays."""
    held = last.in_force
    await connection.execute(
        _KEEP, last.party, "withdraw", held, held, by.name, None, by.reason, None
    )
