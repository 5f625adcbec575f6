"""Reads what a statement is made of: rows of a closed period that nothing changes any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import LedgerUnexplained
from madoguchi_wire.kit.pool import Connection

from billing.owed.balances import read_balances
from billing.owed.reached import Reached
from billing.rules.owed import Sums
from billing.statements.statement import Role

_PAPERS = """
    SELECT {counterpart} AS counterpart, kind, channel, fee, commission, accepted_on, place,
           count(*) AS papers
    FROM billing.papers WHERE period = $1 AND {party} = $2
    GROUP BY {counterpart}, kind, channel, fee, commission, accepted_on, place
"""
_BOOKED = """
    SELECT coalesce(sum(t.yen) FILTER (WHERE t.purpose = 'fee_earned'), 0)::bigint AS fees,
           coalesce(sum(t.yen) FILTER (WHERE t.purpose = 'commission'), 0)::bigint AS commissions
    FROM billing.papers AS p
    JOIN ledger_transfers AS t USING (municipality, accepted_on, issuance_id)
    WHERE p.period = $1 AND p.{party} = $2
      AND p.accepted_on BETWEEN $3 AND $4 AND t.accepted_on BETWEEN $3 AND $4
"""
_TRANSFERS = """
    SELECT {counterpart} AS counterpart, {purpose} AS purpose,
           split_part(subject, '/', 4) AS detail, count(DISTINCT issuance_id) AS number,
           sum(yen)::bigint AS yen
    FROM billing.transfers AS t
    WHERE period = $1 AND {party} = $2 AND {purpose} = ANY($3::text[])
    GROUP BY 1, 2, 3
"""
_CLAIMS = """
    SELECT c.{counterpart} AS counterpart, split_part(c.debit_account, ':', 1) AS account,
           count(*) AS number, sum(c.yen)::bigint AS yen
    FROM billing.transfers AS c
    WHERE c.purpose = 'claim' AND c.{party} = $2 AND c.period = ANY($1::text[]) AND NOT EXISTS (
        SELECT FROM billing.transfers AS e
        WHERE e.reverses = c.transfer_id AND e.period = ANY($1::text[]))
      AND NOT EXISTS (
        SELECT FROM billing.transfers AS d
        WHERE d.purpose = 'claim_passed_on' AND d.issuance_id = c.issuance_id
          AND d.period = ANY($1::text[]) AND NOT EXISTS (
            SELECT FROM billing.transfers AS r
            WHERE r.reverses = d.transfer_id AND r.period = ANY($1::text[])))
    GROUP BY 1, 2
"""
_CITYS_PURPOSE = """
    CASE WHEN purpose = 'reversed' AND credit_account LIKE 'claimed_by:%'
         THEN 'claim_taken_back' ELSE purpose END
"""
_CHAINS_PURPOSE = """
    CASE WHEN purpose = 'claim_passed_on' AND EXISTS (
        SELECT FROM billing.transfers AS r
        WHERE r.reverses = t.transfer_id AND r.purpose = 'reversed' AND r.period = t.period)
         THEN 'reversed' ELSE purpose END
"""
_SUMMED = (
    "tax",
    "set_off",
    "share",
    "collected",
    "refund_by_chain",
    "refund_by_municipality",
    "claim_passed_on",
    "claim_taken_back",
)


@dataclass(frozen=True)
class Papers:
    """Papers of one kind, price, day and place."""

    counterpart: str
    kind: str
    channel: str
    fee: int
    commission: int
    accepted_on: date
    place: str
    papers: int


@dataclass(frozen=True)
class Summed:
    """Transfers of one purpose."""

    counterpart: str | None
    purpose: str
    detail: str
    """Of a tax its rate."""
    number: int
    """Of issuances."""
    yen: int


@dataclass(frozen=True)
class Facts:
    """All that a party's statement of a period says, not yet put in order."""

    papers: Sequence[Papers]
    summed: Sequence[Summed]
    claims: Sequence[Summed]
    """`claims_on` others, or `lost` at a municipality's own machines."""
    balance: Sums
    """As it was when the period was closed."""


async def read_facts(connection: Connection, reached: Reached, role: Role, code: str) -> Facts:
    """Return the facts of a closed period, as they were when it was closed.

    Raises:
        LedgerUnexplained: the gateway's ledger has another sum for these papers.

    """
    names, period = columns(role), reached.period
    rows = await connection.fetch(_PAPERS.format(**names), period, code)
    papers = [Papers(**dict(row.items())) for row in rows]
    await _check_booked(connection, period, role, code, papers)
    summed = await connection.fetch(_TRANSFERS.format(**names), period, code, list(_SUMMED))
    claims = await connection.fetch(_CLAIMS.format(**names), list(reached.periods), code)
    return Facts(
        papers,
        [Summed(**dict(row.items())) for row in summed],
        [
            Summed(row["counterpart"], row["account"], "", row["number"], row["yen"])
            for row in claims
        ],
        await read_balances(connection, role, code, reached),
    )


def columns(role: Role) -> dict[str, str]:
    """Return what queries about a party name: whose rows, who is on the other side, and why.

    A claim's payment that was none is taken back from the municipality, as one that was explained
    is; the chain had not paid it, and its statement knows nothing of it.
    """
    if role is Role.MUNICIPALITY:
        return {"party": "municipality", "counterpart": "chain", "purpose": _CITYS_PURPOSE}
    return {"party": "chain", "counterpart": "municipality", "purpose": _CHAINS_PURPOSE}


async def _check_booked(
    connection: Connection, period: str, role: Role, code: str, papers: Sequence[Papers]
) -> None:
    """Hold the sums against the ledger: it was explained at the close, and is looked at again."""
    if not papers:
        return
    days = [one.accepted_on for one in papers]
    booked = await connection.fetchrow(
        _BOOKED.format(**columns(role)), period, code, min(days), max(days)
    )
    assert booked is not None  # noqa: S101 (an aggregate has one row)
    stated = (
        sum(one.papers * one.fee for one in papers),
        sum(one.papers * one.commission for one in papers),
    )
    if tuple(booked) != stated:
        raise LedgerUnexplained(
            f"{period}, {role} {code}: the ledger has fees of {booked['fees']} and commissions of"
            f" {booked['commissions']} yen for papers of {stated[0]} and {stated[1]} yen."
        )
