"""All guards: what is taken out of which file, and the tests that have to notice."""

from proofs.guards.guard import named
from proofs.guards.lists import (
    adapter,
    card,
    gateway,
    life,
    pages,
    persons,
    sources,
    stops,
    terminal,
    tray,
)

GUARDS = named(
    (
        *terminal.GUARDS,
        *tray.GUARDS,
        *card.GUARDS,
        *gateway.GUARDS,
        *stops.GUARDS,
        *life.GUARDS,
        *adapter.GUARDS,
        *persons.GUARDS,
        *pages.GUARDS,
        *sources.GUARDS,
    )
)
"""By name, in the order in which they are tried."""
