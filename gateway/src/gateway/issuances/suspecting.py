"""What follows from a doubt: the path is frozen, the evidence re-checked, a person called.

`not_mine` and `rejected` alone stop only the path from the municipality to that terminal. The
municipality is stopped if our own re-check finds something, or if of another card at another site
a cardholder says `not_mine`, too. Where nothing follows, the report is kept with its alarm.
"""

from dataclasses import replace

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import NotMine, Rejected, ReportBody

from gateway.issuances.life import State
from gateway.issuances.quarantining import suspect_of
from gateway.issuances.rechecking import recheck
from gateway.issuances.rows import Issuance
from gateway.parts import Gateway
from gateway.stops.rules import Cause, on_suspicion
from gateway.stops.stopping import earlier_doubts, put_in_force

_NEVER_DELIVERED = frozenset({State.ACCEPTED, State.PREPARED, State.REFUSED, State.EXPIRED})
_CARD = """
    SELECT card FROM orders JOIN sessions USING (session_id) WHERE order_id = $1
"""
_TELL_AGAIN = """
    UPDATE outcomes SET acknowledged_at = NULL, next_attempt_at = madoguchi_now(), attempts = 0
    WHERE issuance_id = $1
"""


def is_doubt(issuance: Issuance, body: ReportBody) -> bool:
    """Tell whether a report says that a wrong document came to the terminal, and it can have.

    No paper leaves the tray without the gateway's go, and the go comes with *paid*: whoever has
    paid nothing holds no paper that could be another's, and closes nothing for free.
    """
    if isinstance(body, NotMine):
        return issuance.paid_at is not None
    return isinstance(body, Rejected) and issuance.state not in _NEVER_DELIVERED


async def act_on_doubt(
    gateway: Gateway, connection: Connection, issuance: Issuance, body: ReportBody
) -> None:
    """Stop what has to be stopped, inside the transaction that keeps the report."""
    cause = Cause.NOT_MINE if isinstance(body, NotMine) else Cause.DOCUMENT_REJECTED
    card: str | None = await connection.fetchval(_CARD, issuance.order_id)
    suspect = replace(suspect_of(issuance), card=card)
    earlier = await earlier_doubts(connection, issuance.municipality)
    found = await recheck(gateway, connection, issuance)
    stops = [] if issuance.test else on_suspicion(suspect, cause, found, earlier)
    await put_in_force(connection, stops, gateway.settings.name, gateway.clock.now())
    # The municipality has heard how it ended, but not of this: its own person is called as well.
    await connection.execute(_TELL_AGAIN, issuance.issuance_id)
