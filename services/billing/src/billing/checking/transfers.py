"""Each transfer of the settlement ledger, against what it was booked for."""

from collections.abc import Collection

from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault

_REFUNDS = "('refund_by_chain', 'refund_by_municipality', 'handed_back')"
_PAID = "('claim_paid', 'claim_passed_on')"
_WRONG = {
    "it moves yen on an account of somebody else": """
        EXISTS (
            SELECT FROM (VALUES (t.debit_account), (t.credit_account)) AS side(account)
            WHERE split_part(side.account, ':', 2) NOT IN
                ('', coalesce(t.municipality, ''), coalesce(t.chain, '')))
    """,
    "it is not the same yen the other way": """
        EXISTS (
            SELECT FROM billing.transfers AS r WHERE r.transfer_id = t.reverses
              AND (t.yen, t.debit_account, t.credit_account)
                <> (r.yen, r.credit_account, r.debit_account))
    """,
    "no pay-in is recorded so": """
        t.purpose = 'paid_in' AND NOT EXISTS (
            SELECT FROM billing.pay_ins AS p WHERE p.transfer_id = t.transfer_id
              AND (p.yen, p.chain, p.municipality, p.paid_on, p.reference)
                = (t.yen, t.chain, t.municipality, t.day, t.reference))
    """,
    "no refund is recorded so": f"""
        t.purpose IN {_REFUNDS} AND NOT EXISTS (
            SELECT FROM billing.refunds AS r WHERE r.transfer_id = t.transfer_id
              AND (r.issuance_id, r.yen, r.borne_by) = (t.issuance_id, t.yen,
                CASE t.purpose WHEN 'refund_by_municipality' THEN 'municipality' ELSE 'chain' END))
    """,
    "nobody is recorded as having explained it": """
        t.purpose = 'explained' AND NOT EXISTS (
            SELECT FROM billing.explanations AS e
            WHERE (e.transfer_id, e.issuance_id) = (t.transfer_id, t.issuance_id))
    """,
    "nobody is recorded as having reversed it": """
        t.purpose = 'reversed' AND NOT EXISTS (
            SELECT FROM billing.reversals AS r WHERE r.transfer_id = t.transfer_id)
    """,
    "it is recorded as something else": f"""
        (t.purpose <> 'paid_in'
         AND EXISTS (SELECT FROM billing.pay_ins AS p WHERE p.transfer_id = t.transfer_id))
        OR (t.purpose NOT IN {_REFUNDS}
         AND EXISTS (SELECT FROM billing.refunds AS r WHERE r.transfer_id = t.transfer_id))
        OR (t.purpose <> 'explained'
         AND EXISTS (SELECT FROM billing.explanations AS e WHERE e.transfer_id = t.transfer_id))
        OR (t.purpose <> 'reversed'
         AND EXISTS (SELECT FROM billing.reversals AS r WHERE r.transfer_id = t.transfer_id))
    """,  # noqa: S608 (texts of ours)
    "nothing was delivered and voided so": """
        t.purpose = 'claim' AND NOT EXISTS (
            SELECT FROM issuances AS i
            WHERE (i.issuance_id, i.municipality, i.chain, i.fee)
                = (t.issuance_id, t.municipality, t.chain, t.yen)
              AND i.state = 'voided' AND i.delivered_at IS NOT NULL AND NOT i.test
              AND t.debit_account =
                CASE i.channel WHEN 'city_machine' THEN 'lost:' || i.municipality
                ELSE 'claims_on:' || i.chain END)
    """,
    "there is no claim of so many yen": f"""
        (t.purpose IN {_PAID} OR t.purpose IN ('explained', 'claim_taken_back')) AND NOT EXISTS (
            SELECT FROM billing.transfers AS c WHERE c.purpose = 'claim'
              AND (c.issuance_id, c.municipality, c.chain, c.yen)
                = (t.issuance_id, t.municipality, t.chain, t.yen))
    """,
    "the other half of the payment is missing or another": f"""
        t.purpose IN {_PAID} AND NOT EXISTS (
            SELECT FROM billing.transfers AS o WHERE o.purpose IN {_PAID} AND o.purpose <> t.purpose
              AND (o.subject, o.issuance_id, o.yen, o.day, o.municipality, o.chain, o.reference)
                = (t.subject, t.issuance_id, t.yen, t.day, t.municipality, t.chain, t.reference))
    """,
    "the gateway has no such fee": """
        (t.purpose IN ('refund_by_chain', 'refund_by_municipality') AND NOT EXISTS (
            SELECT FROM metering_records AS m
            WHERE (m.issuance_id, m.municipality, m.chain, m.yen)
                = (t.issuance_id, t.municipality, t.chain, t.yen)))
        OR (t.purpose = 'handed_back' AND NOT EXISTS (
            SELECT FROM ledger_transfers AS g WHERE g.purpose = 'fee_kept'
              AND (g.issuance_id, g.municipality, g.credit_account, g.yen)
                = (t.issuance_id, t.municipality, t.debit_account, t.yen)))
        OR (t.purpose = 'deposit_released' AND NOT EXISTS (
            SELECT FROM ledger_transfers AS g WHERE g.purpose = 'fee_deposited'
              AND (g.issuance_id, g.municipality, g.credit_account, g.debit_account, g.yen)
                = (t.issuance_id, t.municipality, t.debit_account, t.credit_account, t.yen)))
    """,
}
"""What can be wrong with a transfer `t`, and when it is."""
_FIND = """
    SELECT transfer_id, purpose, subject FROM billing.transfers AS t
    WHERE ({}) AND ($1::text[] IS NULL OR t.period = ANY($1)) ORDER BY position
"""


async def transfer_faults(
    connection: Connection, periods: Collection[str] | None = None
) -> list[Fault]:
    """Return what is wrong with single transfers of some periods, or of all."""
    faults: list[Fault] = []
    for what, when in _WRONG.items():
        for row in await connection.fetch(_FIND.format(when), periods):
            told = f"{row['purpose']} {row['subject']}: {what}"
            faults.append(Fault("transfer", str(row["transfer_id"]), told))
    return faults
