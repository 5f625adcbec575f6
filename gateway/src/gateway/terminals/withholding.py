"""The centre keeps a terminal from working, and lets it work again; on all replicas at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import free_row, insert_events
from gateway.database.changes import CHANNEL

Change = Literal["suspended", "lost", "resumed", "code-made", "enrolled"]
_KNOWN = "SELECT EXISTS (SELECT FROM terminals WHERE terminal = $1)"
_WITHHOLD = """
    INSERT INTO terminal_withholdings (terminal, state, decided_by, reason)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (terminal) DO UPDATE
    SET state = excluded.state, since = excluded.since, decided_by = excluded.decided_by,
        reason = excluded.reason
    WHERE terminal_withholdings.state = 'suspended' AND excluded.state = 'lost'
    RETURNING terminal
"""
_LOSE = "UPDATE enrolments SET is_lost = true WHERE terminal = $1"
_RESUME = """
    DELETE FROM terminal_withholdings WHERE terminal = $1 AND state = 'suspended' RETURNING terminal
"""
_WITHDRAW = """
    UPDATE enrolments SET withdrawn_at = CASE WHEN found.kept THEN madoguchi_now() END
    FROM (
        SELECT enrolment,
               is_lost OR terminals.terminal IS NULL OR terminals.state = 'suspended'
               OR withheld.terminal IS NOT NULL AS kept
        FROM enrolments
        LEFT JOIN terminals USING (terminal)
        LEFT JOIN terminal_withholdings AS withheld USING (terminal)
        WHERE not_after > madoguchi_now()
    ) AS found
    WHERE found.enrolment = enrolments.enrolment AND found.kept <> (withdrawn_at IS NOT NULL)
"""


@dataclass(frozen=True)
class Decision:
    """Who decided what about a terminal."""

    terminal: str
    by: str
    reason: str
    """Kept in the database alone."""
    source: str
    """The gateway's name, for the event."""
    moment: datetime


async def withhold(
    connection: Connection, decision: Decision, state: Literal["suspended", "lost"]
) -> None:
    """Keep a terminal from working; what a lost one had is withdrawn for good.

    Raises:
        ValueError: there is no such terminal, or it is withheld already.

    """
    async with connection.transaction():
        await check_known(connection, decision.terminal)
        put = (decision.terminal, state, decision.by, decision.reason)
        if await connection.fetchval(_WITHHOLD, *put) is None:
            raise ValueError(f"{decision.terminal} is withheld already: `madoguchi terminals list`")
        if state == "lost":
            await connection.execute(_LOSE, decision.terminal)
        await tell(connection, decision, state)
        await withdraw(connection)
        await notify(connection)


async def resume(connection: Connection, decision: Decision) -> None:
    """Let a suspended terminal work again.

    Raises:
        ValueError: it is not suspended by the centre; a lost one needs a new enrolment.

    """
    async with connection.transaction():
        if await connection.fetchval(_RESUME, decision.terminal) is None:
            raise ValueError(
                f"{decision.terminal} is not suspended by the centre; a lost one is enrolled anew:"
                " `madoguchi terminals code`"
            )
        await tell(connection, decision, "resumed")
        await withdraw(connection)
        await notify(connection)


async def withdraw(connection: Connection) -> bool:
    """Withdraw the enrolments of terminals that may not work, no others; tell if any changed."""
    return await connection.execute(_WITHDRAW) != "UPDATE 0"


async def notify(connection: Connection) -> None:
    """Tell all replicas, when the transaction is committed, that something changed."""
    await connection.execute(f"NOTIFY {CHANNEL}")


async def check_known(connection: Connection, terminal: str) -> None:
    """Pass if a chain's file names this terminal.

    Raises:
        ValueError: none does.

    """
    if not await connection.fetchval(_KNOWN, terminal):
        raise ValueError(f"no chain has a terminal {terminal}")


async def tell(connection: Connection, decision: Decision, change: Change) -> None:
    """Tell the trail what was decided."""
    event = free_row(
        source=decision.source,
        type=EventType.TERMINAL_CHANGED,
        moment=decision.moment,
        municipality=None,
        data={"terminal": decision.terminal, "change": change, "decided_by": decision.by},
    )
    await insert_events(connection, [event])
