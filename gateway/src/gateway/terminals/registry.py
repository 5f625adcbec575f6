"""The terminals in force, in memory; `gateway.database.changes` keeps it fresh."""

from collections import defaultdict

from madoguchi_wire.errors import TerminalSuspended, TerminalUnknown
from madoguchi_wire.kit.pool import Connection

from gateway.terminals.terminal import Rate, SiteHours, SiteType, Terminal, TerminalState

_FINGERPRINT = """
    SELECT (SELECT sum(hashtextextended(terminals::text, 0)) FROM terminals)::text,
           (SELECT sum(hashtextextended(sites::text, 0)) FROM sites)::text,
           (SELECT sum(hashtextextended(rates::text, 0)) FROM chain_commissions AS rates)::text,
           (SELECT sum(hashtextextended(terminal, 0)) FROM terminal_withholdings)::text
"""
_TERMINALS = """
    SELECT terminal, site, chain, sites.municipality, type, opens, closes,
           CASE WHEN withheld.state IS NULL THEN terminals.state ELSE 'suspended' END AS state
    FROM terminals JOIN sites USING (site)
    LEFT JOIN terminal_withholdings AS withheld USING (terminal)
"""
_RATES = "SELECT chain, valid_from, yen FROM chain_commissions ORDER BY chain, valid_from"


class TerminalRegistry:
    """Every enrolled terminal by its id."""

    def __init__(self) -> None:
        self._terminals: dict[str, Terminal] = {}
        self._fingerprint: object = None

    async def refresh(self, connection: Connection) -> None:
        """Read the terminals again if any of them, their sites or commissions, has changed."""
        fingerprint = await connection.fetchrow(_FINGERPRINT)
        if fingerprint == self._fingerprint:
            return
        rates: dict[str, list[Rate]] = defaultdict(list)
        for row in await connection.fetch(_RATES):
            rates[row["chain"]].append(Rate(row["valid_from"], row["yen"]))
        self._terminals = {
            row["terminal"]: Terminal(
                terminal=row["terminal"],
                site=row["site"],
                chain=row["chain"],
                site_municipality=row["municipality"],
                site_type=SiteType(row["type"]),
                state=TerminalState(row["state"]),
                rates=tuple(rates[row["chain"]]),
                hours=SiteHours(row["opens"], row["closes"]) if row["opens"] else None,
            )
            for row in await connection.fetch(_TERMINALS)
        }
        self._fingerprint = fingerprint

    def find(self, name: str) -> Terminal | None:
        """Return the terminal, suspended or not, or None."""
        return self._terminals.get(name)

    def usable(self, name: str) -> Terminal:
        """Return an enrolled terminal.

        Raises:
            TerminalUnknown: no terminal of this name is enrolled.
            TerminalSuspended: it is suspended.

        """
        terminal = self._terminals.get(name)
        if terminal is None:
            raise TerminalUnknown()
        if terminal.state is TerminalState.SUSPENDED:
            raise TerminalSuspended()
        return terminal
