"""Each transfer of the settlement ledger, against when and for what it may be booked."""

from collections.abc import Collection

from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault
from billing.settlement.reversals import PAYMENTS

_PAYMENTS = ", ".join(f"'{one.value}'" for one in PAYMENTS)
_WRONG = {
    "it takes back what is no payment": f"""
        t.purpose = 'reversed' AND EXISTS (
            SELECT FROM billing.transfers AS r
            WHERE r.transfer_id = t.reverses AND r.purpose NOT IN ({_PAYMENTS}))
    """,
    "nobody is recorded as having explained it": """
        t.purpose = 'claim_taken_back' AND NOT EXISTS (
            SELECT FROM billing.explanations AS e WHERE e.issuance_id = t.issuance_id)
    """,
    "its chain had to give it back": """
        t.purpose = 'refund_by_municipality' AND NOT EXISTS (
            SELECT FROM billing.papers AS p JOIN billing.periods AS c USING (period)
            WHERE p.issuance_id = t.issuance_id AND c.last_transfer < t.position)
        AND NOT EXISTS (
            SELECT FROM issuances AS i
            WHERE i.issuance_id = t.issuance_id AND i.channel = 'city_machine')
    """,
    "no claim of a fee that was never taken is settled": """
        t.purpose = 'deposit_released' AND NOT (
            EXISTS (SELECT FROM issuances AS i WHERE i.issuance_id = t.issuance_id
                      AND (i.state, i.money) = ('voided', 'not_taken'))
            AND EXISTS (SELECT FROM billing.transfers AS s WHERE s.issuance_id = t.issuance_id
                          AND s.purpose IN ('explained', 'claim_paid')))
    """,
}
"""When a transfer `t` should not be there."""
_FIND = """
    SELECT transfer_id, purpose, subject FROM billing.transfers AS t
    WHERE ({}) AND ($1::text[] IS NULL OR t.period = ANY($1)) ORDER BY position
"""


async def occasion_faults(
    connection: Connection, periods: Collection[str] | None = None
) -> list[Fault]:
    """Return the transfers of some periods, or of all, that there was no occasion for."""
    return [
        Fault("transfer", str(row["transfer_id"]), f"{row['purpose']} {row['subject']}: {what}")
        for what, when in _WRONG.items()
        for row in await connection.fetch(_FIND.format(when), periods)
    ]
