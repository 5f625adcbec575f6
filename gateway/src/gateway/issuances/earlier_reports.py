"""Reports count in any order: *completed* that came before *paid* is applied after it."""

from uuid import UUID

from madoguchi_wire.reports import TerminalReport
from madoguchi_wire.signed import unverified_payload

from gateway.issuances import rows
from gateway.issuances.life import State
from gateway.issuances.moving import KeptReport, move
from gateway.issuances.reported_moves import move_by_report
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

EVENTS_UNTIL_DELIVERED = 3
"""accepted, prepared, delivered; more of them mean that a report was kept meanwhile."""
_EARLIER = """
    SELECT sequence, token FROM reports
    WHERE issuance_id = $1 AND terminal = $2 AND event = 'completed' AND NOT changed_state
    ORDER BY sequence DESC LIMIT 1
"""
_COUNTED = "UPDATE reports SET changed_state = true WHERE terminal = $1 AND sequence = $2"


async def complete_by_earlier_report(
    gateway: Gateway, terminal: Terminal, issuance_id: UUID
) -> bool:
    """Complete a paid issuance whose *completed* was kept before; tell whether there was one."""
    async with gateway.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_EARLIER, issuance_id, terminal.terminal)
        issuance = await rows.find(connection, issuance_id, terminal.terminal)
        if row is None or issuance is None or issuance.state is not State.PAID:
            return False
        # It was verified when it was kept.
        report = TerminalReport.parsed(unverified_payload(row["token"]))
        step = move_by_report(gateway, terminal, issuance, KeptReport(report, row["token"]))
        if step.target is not State.COMPLETED:
            return False
        if not await move(connection, step.without_report()):
            return False
        await connection.execute(_COUNTED, terminal.terminal, row["sequence"])
    return True
