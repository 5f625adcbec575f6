"""Puts a chain with its sites and terminals in force."""

from madoguchi_wire.kit.pool import Connection

from gateway.municipalities.rules.chain import ChainFile

_PUT_CHAIN = """
    INSERT INTO chains (chain, name) VALUES ($1, $2)
    ON CONFLICT (chain) DO UPDATE SET name = excluded.name
    WHERE chains.name <> excluded.name RETURNING 1
"""
_PUT_COMMISSIONS = """
    INSERT INTO chain_commissions (chain, valid_from, yen)
    SELECT $1, * FROM unnest($2::date[], $3::int[])
    ON CONFLICT (chain, valid_from) DO UPDATE SET yen = excluded.yen
    WHERE chain_commissions.yen <> excluded.yen RETURNING 1
"""
_DROP_COMMISSIONS = """
    DELETE FROM chain_commissions
    WHERE chain = $1 AND NOT EXISTS (SELECT FROM unnest($2::date[]) AS day WHERE day = valid_from)
    RETURNING 1
"""
_PUT_SITES = """
    INSERT INTO sites (site, chain, name, municipality, type, opens, closes)
    SELECT site, $1, name, municipality, type, opens, closes
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
        AS given(site, name, municipality, type, opens, closes)
    ON CONFLICT (site) DO UPDATE
    SET chain = excluded.chain, name = excluded.name, municipality = excluded.municipality,
        type = excluded.type, opens = excluded.opens, closes = excluded.closes
    WHERE sites.* IS DISTINCT FROM excluded.* RETURNING 1
"""
_PUT_TERMINALS = """
    INSERT INTO terminals (terminal, site, state, test)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[])
    ON CONFLICT (terminal) DO UPDATE
    SET site = excluded.site, state = excluded.state, test = excluded.test
    WHERE terminals.* IS DISTINCT FROM excluded.*
    RETURNING 1
"""
_DROP_TERMINALS = """
    DELETE FROM terminals USING sites
    WHERE terminals.site = sites.site AND sites.chain = $1
      AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS named WHERE named = terminal)
    RETURNING 1
"""
_DROP_SITES = """
    DELETE FROM sites
    WHERE chain = $1 AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS named WHERE named = site)
    RETURNING 1
"""


async def put_chain(connection: Connection, chain: ChainFile) -> bool:
    """Make the tables say what the file says about this chain; tell whether anything changed."""
    names = [site.site for site in chain.sites]
    days = [commission.valid_from for commission in chain.commissions]
    terminals = [terminal.terminal for terminal in chain.terminals]
    changes = [
        await connection.fetch(_PUT_CHAIN, chain.chain, chain.name),
        await connection.fetch(
            _PUT_COMMISSIONS, chain.chain, days, [one.yen for one in chain.commissions]
        ),
        await connection.fetch(_DROP_COMMISSIONS, chain.chain, days),
        await connection.fetch(
            _PUT_SITES,
            chain.chain,
            names,
            [site.name for site in chain.sites],
            [site.municipality for site in chain.sites],
            [site.type for site in chain.sites],
            [site.hours and site.hours.opens for site in chain.sites],
            [site.hours and site.hours.closes for site in chain.sites],
        ),
        await connection.fetch(
            _PUT_TERMINALS,
            terminals,
            [terminal.site for terminal in chain.terminals],
            [terminal.state for terminal in chain.terminals],
            [terminal.test for terminal in chain.terminals],
        ),
        await connection.fetch(_DROP_TERMINALS, chain.chain, terminals),
        await connection.fetch(_DROP_SITES, chain.chain, names),
    ]
    return any(changes)
