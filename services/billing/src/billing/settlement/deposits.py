"""A fee that the gateway had booked as paid, and that the terminal then said it never took.

It lies in deposits, against the chain's cash, until the claim is settled: whether it is explained
or paid, nothing of it waits for a paper any more.
"""

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

from billing.books.transfers import Purpose, Transfer
from billing.settlement.recorded import subject

_DEPOSITED = """
    SELECT t.debit_account, t.credit_account, t.yen FROM ledger_transfers AS t
    JOIN issuances AS i USING (municipality, accepted_on, issuance_id)
    WHERE i.municipality = $1 AND i.issuance_id = $2 AND i.money = $3
      AND t.purpose = 'fee_deposited' AND t.yen > 0
"""
_RELEASED = """
    SELECT count(*) AS times, count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM billing.transfers AS r WHERE r.reverses = t.transfer_id)) AS standing
    FROM billing.transfers AS t WHERE purpose = 'deposit_released' AND issuance_id = $1
"""


async def released_deposit(connection: Connection, settled: Transfer) -> list[Transfer]:
    """Return the transfer that ends a claim's deposit, beside the one by which it is settled.

    None if nothing was deposited, or the deposit was released before.
    """
    where = settled.municipality, settled.issuance
    deposited = await connection.fetchrow(_DEPOSITED, *where, Money.NOT_TAKEN.value)
    released = await connection.fetchrow(_RELEASED, settled.issuance)
    assert released is not None  # noqa: S101 (an aggregate has one row)
    if deposited is None or released["standing"]:
        return []
    return [
        Transfer(
            Purpose.DEPOSIT_RELEASED,
            subject(str(settled.issuance), reversed_before=released["times"]),
            deposited["credit_account"],
            deposited["debit_account"],
            deposited["yen"],
            settled.day,
            settled.period,
            municipality=settled.municipality,
            chain=settled.chain,
            issuance=settled.issuance,
            reverses_purpose="fee_deposited",
            reference=settled.reference,
        )
    ]
