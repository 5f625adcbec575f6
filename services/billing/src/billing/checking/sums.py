"""What closes booked of whole periods, against their papers; and accounts that are overpaid."""

from collections import defaultdict
from collections.abc import Collection

from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault
from billing.rules.tax import Taxed, rate_on

_COLLECTED = """
    WITH lying AS (
        SELECT period, municipality, chain, sum(fee)::bigint AS yen FROM billing.papers
        WHERE channel = 'city_machine' AND {of} GROUP BY period, municipality, chain
    ), booked AS (
        SELECT period, municipality, chain, sum(yen)::bigint AS yen FROM billing.transfers
        WHERE purpose = 'collected' AND {of} GROUP BY period, municipality, chain
    )
    SELECT period, municipality, chain, coalesce(b.yen, 0) AS booked, coalesce(l.yen, 0) AS lying
    FROM lying AS l FULL JOIN booked AS b USING (period, municipality, chain)
    WHERE coalesce(b.yen, 0) <> coalesce(l.yen, 0) ORDER BY period, municipality, chain
"""
_COMMISSIONS = """
    SELECT period, municipality, chain, accepted_on, sum(commission)::bigint AS yen
    FROM billing.papers
    WHERE commission > 0
      AND period = ANY(coalesce($1::text[], ARRAY(SELECT period FROM billing.periods)))
    GROUP BY period, municipality, chain, accepted_on
"""
_TAX = """
    SELECT transfer_id, subject, yen FROM billing.transfers WHERE purpose = 'tax' AND {of}
"""
_BOUNDED = """
    WITH earned AS (
        SELECT period, municipality, sum(commission)::bigint AS commissions,
               coalesce(sum(fee) FILTER (WHERE channel = 'store'), 0)::bigint AS fees
        FROM billing.papers WHERE {of} GROUP BY period, municipality
    ), booked AS (
        SELECT period, municipality,
               coalesce(sum(yen) FILTER (WHERE purpose = 'set_off'), 0)::bigint AS set_off,
               coalesce(sum(yen) FILTER (WHERE purpose = 'tax_paid'), 0)::bigint AS tax_paid,
               coalesce(sum(yen) FILTER (WHERE purpose = 'tax'), 0)::bigint AS tax
        FROM billing.transfers WHERE {of} GROUP BY period, municipality
    )
    SELECT b.* FROM booked AS b LEFT JOIN earned AS e USING (period, municipality)
    WHERE set_off > least(coalesce(commissions, 0), coalesce(fees, 0)) OR tax_paid > tax
    ORDER BY period, municipality
"""
_OF = "($1::text[] IS NULL OR period = ANY($1))"
_BALANCES = """
    SELECT split_part(account, ':', 1) AS kind, split_part(account, ':', 2) AS party,
           sum(yen)::bigint AS yen
    FROM billing.ledger GROUP BY account
"""
_WENT_BACK = """
    SELECT municipality,
           sum(CASE purpose WHEN 'paid_back' THEN -yen ELSE yen END)::bigint AS yen
    FROM billing.transfers AS t
    WHERE purpose IN ('claim_taken_back', 'refund_by_chain', 'paid_back')
       OR EXISTS (SELECT FROM billing.transfers AS r WHERE r.transfer_id = t.reverses
                  AND t.purpose = 'reversed' AND r.purpose IN ('claim_passed_on', 'paid_back'))
    GROUP BY municipality
"""
"""What may have been paid out before it turned out not to be owed, and is not paid back yet."""


async def sum_faults(connection: Connection) -> list[Fault]:
    """Return what is wrong with sums."""
    return [*await period_faults(connection, None), *await _overpaid(connection)]


async def period_faults(connection: Connection, periods: Collection[str] | None) -> list[Fault]:
    """Return what is wrong with the sums of some periods; None: of all, tax of closed ones."""
    faults = [
        Fault(
            "period",
            f"{row['period']}/{row['municipality']}/{row['chain']}",
            f"{row['booked']} yen are booked as collected, {row['lying']} lie in its own machines",
        )
        for row in await connection.fetch(_COLLECTED.format(of=_OF), periods)
    ]
    faults += [
        Fault(
            "period",
            f"{row['period']}/{row['municipality']}",
            f"{row['set_off']} yen are set off and {row['tax_paid']} of tax paid: more than earned",
        )
        for row in await connection.fetch(_BOUNDED.format(of=_OF), periods)
    ]
    return [*faults, *await _tax_faults(connection, periods)]


async def _tax_faults(connection: Connection, periods: Collection[str] | None) -> list[Fault]:
    """Return taxes that are not within their commissions, to the yen that an invoice rounds."""
    earned: dict[str, Taxed] = {}
    for row in await connection.fetch(_COMMISSIONS, periods):
        rate = rate_on(row["accepted_on"])
        name = f"{row['period']}/{row['municipality']}/{row['chain']}/{rate}"
        before = earned.get(name, Taxed(rate, 0))
        earned[name] = Taxed(rate, before.yen + row["yen"])
    faults: list[Fault] = []
    for row in await connection.fetch(_TAX.format(of=_OF), periods):
        taxed = earned.pop(row["subject"], Taxed(0, 0))
        if row["yen"] - taxed.tax not in (0, 1):
            about = f"of commissions of {taxed.yen} about {taxed.tax}"
            what = f"tax {row['subject']}: {row['yen']} yen, {about}"
            faults.append(Fault("transfer", str(row["transfer_id"]), what))
    faults += [
        Fault("period", name, f"no tax is booked of commissions of {taxed.yen} yen")
        for name, taxed in earned.items()
    ]
    return faults


async def _overpaid(connection: Connection) -> list[Fault]:
    """Return accounts of which more was paid than was owed."""
    owed: dict[tuple[str, str], int] = defaultdict(int)
    for row in await connection.fetch(_BALANCES):
        kind = "commission" if row["kind"] == "commission_tax" else row["kind"]
        owed[kind, row["party"]] += row["yen"]
    for row in await connection.fetch(_WENT_BACK):
        owed["owed_to_municipality", row["municipality"]] -= max(0, row["yen"])
    return [
        Fault("account", f"{kind}:{party}", f"{over} yen more are paid than were owed")
        for (kind, party), yen in sorted(owed.items())
        if (over := _over(kind, yen)) > 0
    ]


def _over(kind: str, yen: int) -> int:
    over = {"commission": -yen, "share": -yen, "owed_to_chain": yen, "owed_to_municipality": yen}
    return over.get(kind, 0)
