"""Who supplied the commission of each chain in a period, as contracts said at its close."""

from dataclasses import replace

from madoguchi_wire.kit.pool import Connection

from billing.contracts.contracts import Contracts
from billing.contracts.files import Supplier
from billing.rules.periods import Period

_CHAINS = """
    SELECT DISTINCT chain FROM billing.papers WHERE period = $1 AND commission > 0 ORDER BY chain
"""
_KEEP = "INSERT INTO billing.suppliers (period, chain, supplier) VALUES ($1, $2, $3)"
_KEPT = "SELECT chain, supplier FROM billing.suppliers WHERE period = $1"


async def keep_suppliers(connection: Connection, contracts: Contracts, period: Period) -> None:
    """Keep who supplies the commissions of a period that is closed now.

    Raises:
        NoContract: a chain has none.

    """
    chains = [row["chain"] for row in await connection.fetch(_CHAINS, str(period))]
    kept = [(str(period), one, contracts.supplier(one).model_dump(mode="json")) for one in chains]
    await connection.executemany(_KEEP, kept)


async def with_kept_suppliers(
    connection: Connection, contracts: Contracts, period: Period
) -> Contracts:
    """Return the contracts with the suppliers of a closed period, whatever they say today.

    Of a period that was closed before suppliers were kept, they are those of today.
    """
    rows = await connection.fetch(_KEPT, str(period))
    then = {row["chain"]: Supplier.model_validate(row["supplier"]) for row in rows}
    chains = {
        chain: one.model_copy(update={"supplier": then.get(chain, one.supplier)})
        for chain, one in contracts.chains.items()
    }
    return replace(contracts, chains=chains)
