"""The cards of the test centre: good ones, and one for each way in which a card must be refused."""

from datetime import datetime, timedelta

from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.profiles import CertificateKind
from store_terminal_sim.cards.virtual_card import VirtualCard

from madoguchi.conformance.centre.people import HOLDER, PEOPLE

AUTHORITY = "conformance-card"
UNKNOWN = "unknown"
"""A good card of somebody who is in nobody's records."""
REVOKED, ON_HOLD, EXPIRED, SIGNING, FOREIGN = (
    "revoked",
    "on-hold",
    "expired",
    "signing-kind",
    "foreign-authority",
)
OF_THE_HOLDER = (HOLDER.card, REVOKED, ON_HOLD, EXPIRED, SIGNING)
"""Cards that are registered for the test person, so that nothing but the card is at fault."""
_AGE = timedelta(days=10)
"""A card may not be used on the day of its issue."""


def make_authority(at: datetime) -> CardAuthoritySim:
    """Return the authority whose cards the adapter accepts while it is tested."""
    return CardAuthoritySim.create(AUTHORITY, KeyKind.P_384, at)


def make_cards(authority: CardAuthoritySim, at: datetime) -> dict[str, VirtualCard]:
    """Return all cards by name; those to be revoked are."""
    issued_at = at - _AGE
    cards = {one.card: authority.issue(issued_at) for one in PEOPLE}
    cards |= {name: authority.issue(issued_at) for name in (UNKNOWN, REVOKED, ON_HOLD)}
    cards[EXPIRED] = authority.issue(at, lifetime=timedelta(days=-1))
    cards[SIGNING] = authority.issue(issued_at, kind=CertificateKind.SIGNING)
    # Of the same name, so that an adapter that looks at names takes it for a good one.
    cards[FOREIGN] = make_authority(at).issue(issued_at)
    authority.revoke(cards[REVOKED].serial, issued_at)
    authority.hold(cards[ON_HOLD].serial, issued_at)
    return cards
