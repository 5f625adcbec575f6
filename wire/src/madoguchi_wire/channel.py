"""The channel a paper comes out of: prices, collectors and commissions differ by it."""

from enum import StrEnum


class Channel(StrEnum):
    """Who stands behind a terminal."""

    STORE = "store"
    """コンビニ交付: a chain collects for the municipality and earns a commission."""
    CITY_MACHINE = "city_machine"
    """自動交付機: the city's own machine, for its own citizens, without a commission."""
