"""A card's pseudonym: tells two cards of a municipality's sessions apart, and nothing else."""

import hmac

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.encoding import canonical_json

_PURPOSE = b"madoguchi/card-pseudonym/v1\n"


def card_pseudonym(secret: bytes, card: CardIdentity, municipality: str) -> str:
    """Return the pseudonym of a card in a municipality's sessions.

    In another municipality the same card has another one: nobody needs to follow it there.
    """
    named = canonical_json(
        {"authority": card.authority, "municipality": municipality, "serial": card.serial}
    )
    return hmac.digest(secret, _PURPOSE + named, "sha256").hex()
