"""A terminal and where it stands."""

from dataclasses import dataclass
from enum import StrEnum


class SiteType(StrEnum):
    """Whose place a terminal stands in."""

    STORE = "store"
    CITY = "city"
    """The city's own: town hall, station."""


class TerminalState(StrEnum):
    """Whether a terminal may be used."""

    ENROLLED = "enrolled"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Terminal:
    """An enrolled terminal, its site and its chain."""

    terminal: str
    site: str
    chain: str
    site_municipality: str
    """Code of the municipality that the site lies in."""
    site_type: SiteType
    commission: int
    """Yen that the chain gets for one paper."""
    state: TerminalState
