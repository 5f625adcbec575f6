"""A named person ends an issuance that is in doubt or in quarantine, with a reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

from gateway.issuances.life import Cause, NotAllowed, State
from gateway.issuances.moving import Move, move, step
from gateway.issuances.rows import COLUMNS, Issuance
from gateway.metering.rules import Transfer, on_completed, on_voided

_FIND = f"SELECT {COLUMNS} FROM issuances WHERE issuance_id = $1"  # noqa: S608
_KEEP = """
    INSERT INTO decisions (issuance_id, state, decided_by, reason) VALUES ($1, $2, $3, $4)
"""


class CannotDecide(ValueError):
    """The table of transitions does not leave this to a person."""


@dataclass(frozen=True)
class Decision:
    """How an issuance ends, by whose word."""

    issuance: UUID
    target: State
    """`COMPLETED` or `VOIDED`."""
    by: str
    reason: str
    """Kept in the database, and in no event: what a person writes may name people."""
    money: Money = Money.NOT_TAKEN
    """Of a voided one: what became of the cardholder's money."""


async def decide(connection: Connection, decision: Decision, source: str, now: datetime) -> None:
    """End the issuance with all that hangs on it.

    Raises:
        CannotDecide: unknown, in another state, or completed without that paid was ever reported.

    """
    row = await connection.fetchrow(_FIND, decision.issuance)
    if row is None:
        raise CannotDecide("no issuance has this id")
    try:
        ending = _ending(row, decision, source, now)
    except NotAllowed:
        raise CannotDecide(
            f"this issuance is {row['state']}: only one in doubt or in quarantine is decided"
        ) from None
    async with connection.transaction():
        if not await move(connection, ending):
            raise CannotDecide(
                "it cannot be completed, as paid was never reported, or it moved this moment"
            )
        await connection.execute(
            _KEEP, decision.issuance, decision.target.value, decision.by, decision.reason
        )


def _ending(row: asyncpg.Record, decision: Decision, source: str, now: datetime) -> Move:
    issuance = Issuance.of(row)
    data, changes = {"decided_by": decision.by}, dict[str, str]()
    if decision.target is State.VOIDED:
        changes = {"void_reason": "decided", "money": decision.money.value}
        data |= {"reason": "decided", "money": decision.money.value}
    return step(
        issuance,
        decision.target,
        Cause.PERSON,
        source=source,
        now=now,
        data=data,
        changes=changes,
        transfers=_transfers(issuance, decision),
    )


def _transfers(issuance: Issuance, decision: Decision) -> tuple[Transfer, ...]:
    sale = issuance.sale()
    if decision.target is State.COMPLETED:
        return on_completed(sale)
    return on_voided(sale, decision.money, deposited=issuance.paid_at is not None)
