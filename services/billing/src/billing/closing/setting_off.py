"""Net settlement: commissions are kept from a municipality's fees, where its contract says so.

Fees against commissions only; the yearly share stays a payment of its own.
"""

from collections import Counter
from collections.abc import Iterable

from madoguchi_wire.channel import Channel
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.transfers import Purpose, Transfer, commission, commission_tax, owed
from billing.rules.periods import Period

_PAPERS = """
    SELECT municipality, coalesce(sum(fee) FILTER (WHERE channel <> $2), 0)::bigint AS fees,
           sum(commission)::bigint AS commissions
    FROM billing.papers WHERE period = $1 GROUP BY municipality
"""
_GIVEN_BACK = """
    SELECT municipality, sum(yen)::bigint AS yen FROM billing.transfers
    WHERE period = $1 AND purpose = 'refund_by_chain' GROUP BY municipality
"""


async def set_off_transfers(
    connection: Connection, office: Office, period: Period, taxes: Iterable[Transfer]
) -> list[Transfer]:
    """Return what is set off for each municipality that is settled net: its tax first.

    A period of nothing is set off by 0 yen: so the ledger says that it was settled net.
    """
    fees, commissions, tax = Counter[str](), Counter[str](), Counter[str]()
    for row in await connection.fetch(_PAPERS, str(period), Channel.CITY_MACHINE.value):
        fees[row["municipality"]] += row["fees"]
        commissions[row["municipality"]] += row["commissions"]
    for row in await connection.fetch(_GIVEN_BACK, str(period)):
        fees[row["municipality"]] -= row["yen"]
    for one in taxes:
        tax[one.municipality or ""] += one.yen
    transfers: list[Transfer] = []
    for code, contract in sorted(office.contracts.municipalities.items()):
        if contract.settlement == "net":
            yen = min(max(fees[code], 0), commissions[code])
            transfers += _of(office, period, code, yen, min(yen, tax[code]))
    return transfers


def _of(office: Office, period: Period, code: str, yen: int, tax: int) -> list[Transfer]:
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
            ("tax", commission_tax(code), tax),
            ("commission", commission(code), yen - tax),
        )
    ]
