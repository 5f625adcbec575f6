"""Decides about many municipalities at once: all of it, or nothing."""

from collections.abc import Sequence

from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.kit.commands import connected_to
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import OutboxRow, insert_events
from gateway.database.changes import CHANNEL
from gateway.database.partitions import ensure_partitions
from gateway.municipalities.collecting import check_collecting
from gateway.municipalities.decisions import Decided, decide
from gateway.municipalities.proposal import Proposal
from gateway.municipalities.standing import standings
from gateway.municipalities.versions import lock
from gateway.settings import DatabaseSettings, DecisionSettings


class Undecided(ValueError):
    """Some of it must not be decided, so nothing was; a line for each municipality."""


async def decide_all(proposals: Sequence[Proposal], settings: DecisionSettings) -> list[Decided]:
    """Keep decisions, in force on every replica within a second of their time.

    Raises:
        Undecided: one of them must not be decided; nothing has changed.

    """
    offset = settings.common.clock_offset
    async with (
        connected_to(settings.database_url, offset, "madoguchi-onboard") as connection,
        connection.transaction(),
    ):
        return await decide_here(connection, proposals, settings)


async def undecided(settings: DatabaseSettings) -> list[str]:
    """Return the municipalities with a draft: a version that is newer than any decision."""
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, "madoguchi-onboard") as connection:
        return [one.municipality for one in await standings(connection) if one.draft is not None]


async def decide_here(
    connection: Connection, proposals: Sequence[Proposal], settings: DecisionSettings
) -> list[Decided]:
    """Decide inside the caller's transaction, which has to be given up if this raises."""
    await lock(connection)
    decided, events, faults = list[Decided](), list[OutboxRow](), list[str]()
    for proposal in proposals:
        try:
            made, event = await decide(connection, proposal, settings)
            decided.append(made)
            events.append(event)
        except (ValueError, SignatureRefused) as fault:
            faults.append(f"municipality {proposal.municipality}: {fault}")
    if faults:
        raise Undecided("\n".join(faults))
    await check_collecting(connection, [one.municipality for one in decided])
    await ensure_partitions(connection, japan_day(settings.common.clock().now()))
    await insert_events(connection, events)
    await connection.execute(f"NOTIFY {CHANNEL}")
    return decided
