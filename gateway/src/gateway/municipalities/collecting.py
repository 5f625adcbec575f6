"""Whether each designated chain has a commission for each day of its designation."""

from collections.abc import Mapping, Sequence
from datetime import date

from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.kit.strict_files import ConfigurationFault

from gateway.municipalities.rules.periods import Collector

_CHAINS = """
    SELECT chain, min(valid_from) AS paid_from
    FROM chains LEFT JOIN chain_commissions USING (chain) GROUP BY chain
"""
_COLLECTORS = """
    WITH wanted AS (
        SELECT municipality, max(version) AS version FROM municipality_versions
        GROUP BY municipality
        UNION
        (SELECT DISTINCT ON (municipality) municipality, version FROM municipality_decisions
         WHERE in_force_from <= madoguchi_now() ORDER BY municipality, number DESC)
        UNION
        SELECT municipality, version FROM municipality_decisions
        WHERE in_force_from > madoguchi_now())
    SELECT DISTINCT municipality, body -> 'collectors' AS collectors
    FROM wanted JOIN municipality_versions USING (municipality, version)
    WHERE $1::text[] IS NULL OR municipality = ANY ($1)
    ORDER BY municipality
"""


async def check_collecting(connection: Connection, codes: Sequence[str] | None = None) -> None:
    """Judge all that is in force, waits or may come: files of chains may take a commission away.

    Args:
        connection: sees what is to be judged.
        codes: of municipalities; None: all of them.

    Raises:
        ConfigurationFault: some chain lacks a commission; the text names each.

    """
    rows = await connection.fetch(_CHAINS)
    paid_from = {row["chain"]: row["paid_from"] for row in rows}
    collectors = [
        (row["municipality"], index, Collector.model_validate(one))
        for row in await connection.fetch(_COLLECTORS, codes)
        for index, one in enumerate(row["collectors"] or ())
    ]
    faults = {
        f"municipality {code}: collectors.{index}.{fault}": None
        for code, index, one in collectors
        if (fault := _fault_of(one, paid_from)) is not None
    }
    if faults:
        raise ConfigurationFault("\n".join(faults))


def _fault_of(collector: Collector, paid_from: Mapping[str, date | None]) -> str | None:
    """Say what keeps a chain from collecting, by the first day of its commissions."""
    chain = collector.chain
    if chain not in paid_from:
        return f"chain: there is no chain {chain}"
    first = paid_from[chain]
    if first is None or first > collector.valid_from:
        return (
            f"from: chain {chain} has no commission on {collector.valid_from}: add one from that"
            " day on, of 0 yen if it gets nothing"
        )
    return None
