"""All guards: what is taken out of which file, and the tests that have to notice."""

from proofs.guards.guard import named
from proofs.guards.lists import (
    archive,
    attestation,
    callers,
    card,
    cardholders,
    chain,
    claims,
    drawn,
    keys,
    life,
    making,
    offers,
    pages,
    persons,
    reader,
    reports,
    requests,
    sessions,
    sources,
    stamps,
    stops,
    structure,
    terminal,
    tray,
)

GUARDS = named(
    (
        *terminal.GUARDS,
        *tray.GUARDS,
        *card.GUARDS,
        *sessions.GUARDS,
        *keys.GUARDS,
        *callers.GUARDS,
        *attestation.GUARDS,
        *cardholders.GUARDS,
        *offers.GUARDS,
        *reports.GUARDS,
        *stops.GUARDS,
        *life.GUARDS,
        *requests.GUARDS,
        *claims.GUARDS,
        *persons.GUARDS,
        *pages.GUARDS,
        *drawn.GUARDS,
        *reader.GUARDS,
        *structure.GUARDS,
        *making.GUARDS,
        *sources.GUARDS,
        *stamps.GUARDS,
        *chain.GUARDS,
        *archive.GUARDS,
    )
)
"""By name, in the order in which they are tried."""
