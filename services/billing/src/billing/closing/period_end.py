"""What the end of a period books: tax within commissions, and the yearly share."""

from collections import defaultdict

from madoguchi_wire.errors import AccountUnknown
from madoguchi_wire.kit.pool import Connection

from billing.books.balances import settled_balance
from billing.books.office import Office
from billing.books.transfers import EARNED, Purpose, Transfer, commission, commission_tax
from billing.closing.taxes import Commissioned, taxes
from billing.contracts.contracts import NoContract
from billing.rules.periods import Period
from billing.rules.tax import rate_on

_EARNED = """
    SELECT municipality, chain, accepted_on, sum(commission)::bigint AS yen FROM billing.papers
    WHERE period = $1 AND commission > 0 GROUP BY municipality, chain, accepted_on
"""
_TAXED = """
    SELECT DISTINCT municipality FROM billing.transfers WHERE period = $1 AND purpose = 'tax'
    ORDER BY municipality
"""
_SHARED = "SELECT municipality FROM billing.transfers WHERE purpose = 'share' AND subject LIKE $1"


async def tax_transfers(connection: Connection, office: Office, period: Period) -> list[Transfer]:
    """Return the tax in the commissions of the period's papers.

    Raises:
        AccountUnknown: a chain has no contract.

    """
    earned: dict[Commissioned, int] = defaultdict(int)
    for row in await connection.fetch(_EARNED, str(period)):
        rate = rate_on(row["accepted_on"])
        earned[Commissioned(row["municipality"], row["chain"], rate)] += row["yen"]
    try:
        parts = taxes(earned, office.contracts)
    except NoContract as error:
        raise AccountUnknown(f"{error}.") from error
    return [
        Transfer(
            Purpose.TAX,
            f"{period}/{one.municipality}/{one.chain}/{one.rate}",
            commission_tax(one.municipality),
            commission(one.municipality),
            yen,
            office.today,
            str(period),
            municipality=one.municipality,
            chain=one.chain,
        )
        for one, yen in parts.items()
    ]


async def paid_tax_transfers(
    connection: Connection, office: Office, period: Period
) -> list[Transfer]:
    """Return what of commissions that were paid before the close turns out to be tax."""
    transfers: list[Transfer] = []
    for row in await connection.fetch(_TAXED, str(period)):
        code = row["municipality"]
        paid = -await settled_balance(connection, commission(code))
        if paid > 0:
            transfers.append(
                Transfer(
                    Purpose.TAX_PAID,
                    f"{period}/{code}",
                    commission(code),
                    commission_tax(code),
                    paid,
                    office.today,
                    str(period),
                    municipality=code,
                )
            )
    return transfers


async def share_transfers(connection: Connection, office: Office, month: Period) -> list[Transfer]:
    """Return the shares of the month's fiscal year that are not booked yet.

    They are of those who take part in the month: who joins later owes from then on.
    """
    year = month.fiscal_year
    rows = await connection.fetch(_SHARED, f"{year}/%")
    booked = {row["municipality"] for row in rows}
    return [
        Transfer(
            Purpose.SHARE,
            f"{year}/{code}",
            f"share:{code}",
            EARNED,
            office.contracts.share(code, year),
            office.today,
            str(month),
            municipality=code,
        )
        for code, contract in sorted(office.contracts.municipalities.items())
        if code not in booked and contract.is_in_force(month.first_day, month.last_day)
    ]
