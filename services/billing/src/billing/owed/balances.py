"""The balances between the centre and a party, of all that was owed up to a period."""

from collections import defaultdict
from collections.abc import Mapping

from madoguchi_wire.channel import Channel
from madoguchi_wire.kit.pool import Executor

from billing.books.transfers import Purpose
from billing.owed.open_days import open_days
from billing.owed.reached import Reached
from billing.rules.owed import Sums
from billing.statements.statement import Role

_PAPERS = """
    SELECT coalesce(sum(fee) FILTER (WHERE channel = $3), 0)::bigint AS fees,
           coalesce(sum(commission), 0)::bigint AS commissions
    FROM billing.papers WHERE {party} = $1 AND period = ANY($2::text[])
"""
_MOVED = """
    SELECT named.purpose,
           sum(CASE WHEN r.transfer_id IS NULL THEN t.yen ELSE -t.yen END)::bigint AS yen
    FROM billing.transfers AS t
    LEFT JOIN billing.transfers AS r ON t.purpose = 'reversed' AND r.transfer_id = t.reverses
    CROSS JOIN LATERAL (SELECT coalesce(r.purpose, t.purpose)) AS named(purpose)
    WHERE t.{party} = $1 AND CASE WHEN named.purpose = ANY($2::text[])
        THEN t.position <= $3 ELSE t.period = ANY($4::text[]) END
    GROUP BY named.purpose
"""
_PAYMENTS = (
    Purpose.PAID_OUT,
    Purpose.PAID_BACK,
    Purpose.COMMISSION_PAID_IN,
    Purpose.COMMISSION_PAID_OUT,
    Purpose.SHARE_PAID,
    Purpose.CLAIM_RETURNED,
)


async def read_balances(connection: Executor, role: Role, code: str, reached: Reached) -> Sums:
    """Return the balances; of a chain's fees, what is open of the last period's days."""
    party = {"party": role.value}
    papers = await connection.fetchrow(
        _PAPERS.format(**party), code, list(reached.periods), Channel.STORE.value
    )
    assert papers is not None  # noqa: S101 (an aggregate has one row)
    payments = [one.value for one in _PAYMENTS]
    rows = await connection.fetch(
        _MOVED.format(**party), code, payments, reached.last_transfer, list(reached.periods)
    )
    moved = defaultdict[str, int](int, {row["purpose"]: row["yen"] for row in rows})
    if role is Role.MUNICIPALITY:
        return _citys(papers["fees"], papers["commissions"], moved)
    days = await open_days(connection, code, reached)
    return Sums(
        sum(days.values()),
        papers["commissions"] - moved[Purpose.COMMISSION_PAID_OUT],
        0,
        moved[Purpose.CLAIM_TAKEN_BACK] - moved[Purpose.CLAIM_RETURNED],
    )


def _citys(fees: int, commissions: int, moved: Mapping[str, int]) -> Sums:
    claims = moved[Purpose.CLAIM_PASSED_ON] - moved[Purpose.CLAIM_TAKEN_BACK]
    kept = moved[Purpose.REFUND_BY_CHAIN] + moved[Purpose.SET_OFF]
    paid = moved[Purpose.PAID_OUT] - moved[Purpose.PAID_BACK]
    return Sums(
        fees - kept + claims - paid,
        commissions - moved[Purpose.SET_OFF] - moved[Purpose.COMMISSION_PAID_IN],
        moved[Purpose.SHARE] - moved[Purpose.SHARE_PAID],
    )
