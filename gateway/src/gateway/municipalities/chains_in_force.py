"""What is in force of chains, told as their files would tell it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import asyncpg
from madoguchi_wire.kit.pool import Connection

from gateway.municipalities.rules.chain import ChainFile

_CHAINS = "SELECT chain, name FROM chains WHERE chain = ANY ($1)"
_COMMISSIONS = """
    SELECT chain, valid_from AS "from", yen FROM chain_commissions
    WHERE chain = ANY ($1) ORDER BY valid_from
"""
_SITES = """
    SELECT chain, site, name, municipality, type, opens, closes FROM sites
    WHERE chain = ANY ($1) ORDER BY site
"""
_TERMINALS = """
    SELECT chain, terminal, site, state, test FROM terminals JOIN sites USING (site)
    WHERE chain = ANY ($1) ORDER BY terminal
"""
Items = list[dict[str, object]]


async def chains_in_force(connection: Connection, chains: Sequence[str]) -> dict[str, ChainFile]:
    """Return those of the chains that are in force; sites and terminals by their names."""
    commissions = await _by_chain(connection, _COMMISSIONS, chains)
    sites = await _by_chain(connection, _SITES, chains)
    terminals = await _by_chain(connection, _TERMINALS, chains)
    return {
        row["chain"]: ChainFile.model_validate(
            dict(row.items())
            | {
                "commissions": commissions[row["chain"]],
                "sites": [_with_hours(site) for site in sites[row["chain"]]],
                "terminals": terminals[row["chain"]],
            }
        )
        for row in await connection.fetch(_CHAINS, chains)
    }


async def _by_chain(
    connection: Connection, statement: str, chains: Sequence[str]
) -> Mapping[str, Items]:
    found: dict[str, Items] = defaultdict(list)
    rows: Sequence[asyncpg.Record] = await connection.fetch(statement, chains)
    for row in rows:
        item: dict[str, object] = dict(row.items())
        found[str(item.pop("chain"))].append(item)
    return found


def _with_hours(site: Mapping[str, object]) -> dict[str, object]:
    told = {name: value for name, value in site.items() if name not in ("opens", "closes")}
    if site["opens"]:
        told["hours"] = {"opens": site["opens"], "closes": site["closes"]}
    return told
