"""Reports count in any order.

*completed* that came before *paid* is applied after it; what was *voided* before its document left
is not delivered any more.
"""

from uuid import UUID

from madoguchi_wire.reports import TerminalReport
from madoguchi_wire.signed import unverified_payload

from gateway.issuances import rows
from gateway.issuances.life import State
from gateway.issuances.moving import KeptReport, move
from gateway.issuances.reported_moves import move_by_report
from gateway.issuances.rows import Issuance
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

EVENTS_UNTIL_PREPARED, EVENTS_UNTIL_DELIVERED = 2, 3
"""accepted, prepared, delivered; more of them mean that a report was kept meanwhile."""
_VOIDED = """
    SELECT EXISTS (
        SELECT FROM reports WHERE issuance_id = $1 AND terminal = $2 AND event = 'voided')
"""
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
        step = move_by_report(gateway, issuance, KeptReport(report, row["token"]))
        if step.target is not State.COMPLETED:
            return False
        if not await move(connection, step.without_report()):
            return False
        await connection.execute(_COUNTED, terminal.terminal, row["sequence"])
    return True


async def was_voided_before(gateway: Gateway, issuance: Issuance) -> bool:
    """Tell whether its terminal gave a prepared issuance up before the document was fetched."""
    if issuance.event_sequence <= EVENTS_UNTIL_PREPARED:
        return False
    return await gateway.pool.fetchval(_VOIDED, issuance.issuance_id, issuance.terminal)
