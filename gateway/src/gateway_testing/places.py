"""Terminals where the rules of a municipality are tried."""

from dataclasses import replace

from gateway.terminals.terminal import SiteHours, SiteType, Terminal, TerminalState

AT_STORE = Terminal("store-1", "store", "tokiwa", "131130", SiteType.STORE, TerminalState.ENROLLED)
"""In another municipality than the one whose papers it prints."""
AT_CITY_HALL = Terminal("hall-1", "hall", "city", "122033", SiteType.CITY, TerminalState.ENROLLED)
"""Of Ichikawa, open whenever it issues."""


def with_hours(terminal: Terminal, hours: SiteHours) -> Terminal:
    """Return the terminal at a place with hours of its own."""
    return replace(terminal, hours=hours)
