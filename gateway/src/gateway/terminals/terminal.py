"""A terminal and where it stands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from madoguchi_wire.channel import Channel


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
class Rate:
    """What a chain gets for one paper from a day on."""

    valid_from: date
    yen: int
    """Consumption tax included."""


@dataclass(frozen=True)
class SiteHours:
    """When a city's own place is open, by Japan's clock (`HH:MM`)."""

    opens: str
    closes: str
    """The first minute at which it is closed again."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """An enrolled terminal, its site and its chain."""

    terminal: str
    site: str
    chain: str
    site_municipality: str
    """Code of the municipality that the site lies in."""
    site_type: SiteType
    state: TerminalState
    rates: tuple[Rate, ...] = ()
    """The chain's commissions, by day; none at a city's own place."""
    hours: SiteHours | None = None
    """None: open whenever the municipality issues."""
    test: bool = False
    """Whether it prints test papers (見本), and nothing else."""

    @property
    def told(self) -> dict[str, str | bool]:
        """What events say of it."""
        told: dict[str, str | bool] = {"terminal": self.terminal, "site": self.site}
        return told | {"test": True} if self.test else told

    @property
    def channel(self) -> Channel:
        """Which channel a paper of this terminal comes out of."""
        return Channel.STORE if self.site_type is SiteType.STORE else Channel.CITY_MACHINE

    def commission_on(self, day: date) -> int:
        """Return the yen that the chain gets for one paper that is ordered on this day."""
        if self.test or self.channel is Channel.CITY_MACHINE:
            return 0
        return next((rate.yen for rate in reversed(self.rates) if rate.valid_from <= day), 0)
