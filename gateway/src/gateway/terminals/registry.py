"""The terminals in force, in memory; `gateway.database.changes` keeps it fresh."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from sys import intern

import asyncpg
from madoguchi_wire.errors import TerminalSuspended, TerminalUnknown
from madoguchi_wire.kit.pool import Connection

from gateway.terminals.terminal import Rate, SiteHours, SiteType, Terminal, TerminalState

_VERSIONS = """
    SELECT (SELECT number FROM places_version) AS places,
           (SELECT sum(hashtextextended(terminal, 0)) FROM terminal_withholdings)::text AS withheld
"""
_TERMINALS = """
    SELECT terminal, site, chain, municipality, type, opens, closes, state, test
    FROM terminals JOIN sites USING (site)
"""
_RATES = "SELECT chain, valid_from, yen FROM chain_commissions ORDER BY chain, valid_from"
_WITHHELD = "SELECT terminal FROM terminal_withholdings"
_SLICE = 1000
"""Terminals that are read before the event loop serves somebody else: a few milliseconds."""


class TerminalRegistry:
    """Every enrolled terminal by its id."""

    def __init__(self) -> None:
        self._terminals: dict[str, Terminal] = {}
        self._withheld: frozenset[str] = frozenset()
        self._seen: asyncpg.Record | None = None

    async def refresh(self, connection: Connection) -> None:
        """Read again what has changed: all terminals, or who is withheld."""
        # One snapshot, or a change in between would be seen as read.
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            found, seen = await connection.fetchrow(_VERSIONS), self._seen
            if found is None or found == seen:
                return
            if seen is None or found["withheld"] != seen["withheld"]:
                rows = await connection.fetch(_WITHHELD)
                self._withheld = frozenset(row["terminal"] for row in rows)
            if seen is None or found["places"] != seen["places"]:
                self._terminals = await _read(connection)
            self._seen = found

    def find(self, name: str) -> Terminal | None:
        """Return the terminal, suspended or not, or None."""
        terminal = self._terminals.get(name)
        if terminal is not None and name in self._withheld:
            return replace(terminal, state=TerminalState.SUSPENDED)
        return terminal

    def usable(self, name: str) -> Terminal:
        """Return an enrolled terminal.

        Raises:
            TerminalUnknown: no terminal of this name is enrolled.
            TerminalSuspended: it is suspended.

        """
        terminal = self.find(name)
        if terminal is None:
            raise TerminalUnknown()
        if terminal.state is TerminalState.SUSPENDED:
            raise TerminalSuspended()
        return terminal


async def _read(connection: Connection) -> dict[str, Terminal]:
    rates: dict[str, list[Rate]] = defaultdict(list)
    for row in await connection.fetch(_RATES):
        rates[row["chain"]].append(Rate(row["valid_from"], row["yen"]))
    rates_of = {chain: tuple(of_chain) for chain, of_chain in rates.items()}
    terminals: dict[str, Terminal] = {}
    async for row in connection.cursor(_TERMINALS, prefetch=_SLICE):
        terminals[row["terminal"]] = _terminal(row, rates_of)
        if len(terminals) % _SLICE == 0:
            await asyncio.sleep(0)
    return terminals


def _terminal(row: asyncpg.Record, rates: dict[str, tuple[Rate, ...]]) -> Terminal:
    return Terminal(
        terminal=row["terminal"],
        site=row["site"],
        # Sixty thousand terminals share a few chains, and some 1,700 municipalities.
        chain=intern(row["chain"]),
        site_municipality=intern(row["municipality"]),
        site_type=SiteType(row["type"]),
        state=TerminalState(row["state"]),
        rates=rates.get(row["chain"], ()),
        hours=SiteHours(row["opens"], row["closes"]) if row["opens"] else None,
        test=row["test"],
    )
