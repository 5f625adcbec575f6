"""Balances of accounts: debits positive, credits negative."""

from madoguchi_wire.kit.pool import Executor

_ALL = """
    SELECT account, sum(yen)::bigint AS yen FROM billing.ledger GROUP BY account ORDER BY account
"""
_OURS = """
    SELECT coalesce(sum(CASE WHEN debit_account = $1 THEN yen ELSE -yen END), 0)::bigint
    FROM billing.transfers WHERE debit_account = $1 OR credit_account = $1
"""
_PAPERS = {
    "owed_to_municipality": "-sum(fee) FROM billing.papers WHERE municipality = $1",
    "commission": "sum(commission) FROM billing.papers WHERE municipality = $1",
    "owed_to_chain": "-sum(commission) FROM billing.papers WHERE chain = $1",
}
"""What the gateway booked on these accounts for papers of closed days."""


async def balances(connection: Executor) -> dict[str, int]:
    """Return the balance of every account in yen; they sum to zero."""
    return {row["account"]: row["yen"] for row in await connection.fetch(_ALL)}


async def settled_balance(connection: Executor, account: str) -> int:
    """Return the balance in yen of an account as far as days are closed."""
    ours: int = await connection.fetchval(_OURS, account)
    kind, _, party = account.partition(":")
    if kind not in _PAPERS:
        return ours
    papers: int = await connection.fetchval(
        f"SELECT coalesce(total, 0)::bigint FROM (SELECT {_PAPERS[kind]}) AS sums(total)",  # noqa: S608 (texts of ours)
        party,
    )
    return ours + papers
