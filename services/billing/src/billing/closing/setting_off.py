"""Net settlement: commissions are kept from a municipality's fees, where its contract says so.

Fees against commissions only; the yearly share stays a payment of its own.
"""

from madoguchi_wire.channel import Channel
from madoguchi_wire.kit.pool import Connection

from billing.books.balances import settled_balance
from billing.books.office import Office
from billing.books.transfers import Purpose, Transfer, commission, commission_tax, owed
from billing.rules.periods import Period

_SUMS = """
    SELECT coalesce(sum(fee) FILTER (WHERE channel <> $3), 0)::bigint - (
               SELECT coalesce(sum(yen), 0)::bigint FROM billing.transfers
               WHERE period = $1 AND municipality = $2 AND purpose = 'refund_by_chain') AS fees,
           coalesce(sum(commission), 0)::bigint AS commissions
    FROM billing.papers WHERE period = $1 AND municipality = $2
"""


async def set_off_transfers(
    connection: Connection, office: Office, period: Period
) -> list[Transfer]:
    """Return what is set off for each municipality that is settled net: tax first.

    It is no more than the period's own sums, and no more than is still open: what was paid before
    is not kept once more. A period of nothing is set off by 0 yen: so the ledger says that it was
    settled net.
    """
    transfers: list[Transfer] = []
    for code, contract in sorted(office.contracts.municipalities.items()):
        if contract.settlement == "net":
            transfers += await _of(connection, office, period, code)
    return transfers


async def _of(connection: Connection, office: Office, period: Period, code: str) -> list[Transfer]:
    city_machine = Channel.CITY_MACHINE.value
    sums = await connection.fetchrow(_SUMS, str(period), code, city_machine)
    assert sums is not None  # noqa: S101 (an aggregate has one row)
    fees = -await settled_balance(connection, owed(code))
    tax = await settled_balance(connection, commission_tax(code))
    commissions = tax + await settled_balance(connection, commission(code))
    yen = max(0, min(sums["fees"], sums["commissions"], fees, commissions))
    of_tax = max(0, min(yen, tax))
    return [
        Transfer(
            Purpose.SET_OFF,
            f"{period}/{code}/{name}",
            owed(code),
            account,
            part,
            office.today,
            str(period),
            municipality=code,
        )
        for name, account, part in (
            ("tax", commission_tax(code), of_tax),
            ("commission", commission(code), yen - of_tax),
        )
    ]
