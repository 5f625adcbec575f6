"""Which version of a municipality a terminal is served by.

Others are served by the version in force of a municipality that is live, from memory. A test
terminal, which prints test papers (見本) only, is served by its newest version, decided about or
not, from the database: so that what is to come in force can be tried before it does.
"""

from madoguchi_wire.errors import MunicipalityNotLive, MunicipalityUnknown
from madoguchi_wire.gateway_api import MunicipalityListed, Words

from gateway.municipalities.rules.configuration import MunicipalityVersion
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

_NEWEST_OF_ALL = """
    SELECT DISTINCT ON (municipality) municipality, version, body -> 'name' AS name,
           (SELECT state FROM municipality_decisions AS decision
            WHERE decision.municipality = given.municipality AND in_force_from <= madoguchi_now()
            ORDER BY number DESC LIMIT 1) = 'retired'
           AND version <= (SELECT max(version) FROM municipality_decisions AS decision
                           WHERE decision.municipality = given.municipality) AS has_left
    FROM municipality_versions AS given
    ORDER BY municipality, version DESC
"""
"""One that has left and comes back with a version that nothing was decided about has not left."""
_NEWEST = _NEWEST_OF_ALL.replace("AS given", "AS given WHERE municipality = $1")


async def served(gateway: Gateway, terminal: Terminal, code: str) -> MunicipalityVersion:
    """Return the version that something new is begun under at this terminal.

    Raises:
        MunicipalityUnknown: no such municipality takes part.
        MunicipalityNotLive: it takes part, and is not live; at a test terminal: it has left.
        ServiceUnavailable: at a test terminal: this build cannot read its newest version.

    """
    if not terminal.test:
        return gateway.municipalities.live(code)
    return await _newest(gateway, code, left_too=False)


async def at_present(gateway: Gateway, code: str, *, test: bool) -> MunicipalityVersion:
    """Return the version that says where a municipality's adapters are, and what they may run.

    Args:
        gateway: the replica.
        code: of the municipality, whatever its state.
        test: whether it is for a test paper.

    Raises:
        MunicipalityUnknown, ServiceUnavailable: as `served`.

    """
    if not test:
        return gateway.municipalities.in_force(code)
    return await _newest(gateway, code, left_too=True)


async def all_tested(gateway: Gateway) -> list[MunicipalityListed]:
    """Return the municipalities that a test terminal is served by, by code."""
    rows = await gateway.pool.fetch(_NEWEST_OF_ALL)
    return [
        MunicipalityListed(
            code=row["municipality"], name=Words(ja=row["name"]["ja"], en=row["name"]["en"])
        )
        for row in rows
        if not row["has_left"]
    ]


async def _newest(gateway: Gateway, code: str, *, left_too: bool) -> MunicipalityVersion:
    row = await gateway.pool.fetchrow(_NEWEST, code)
    if row is None:
        raise MunicipalityUnknown()
    if row["has_left"] and not left_too:
        raise MunicipalityNotLive()
    return await gateway.municipalities.numbered(gateway.pool, code, row["version"])


def lane_of(code: str, *, test: bool) -> str:
    """Return whose breakers and places an ask takes: a test is felt by no cardholder."""
    return f"{code} (test)" if test else code
