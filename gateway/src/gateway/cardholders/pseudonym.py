"""A card's pseudonyms: each tells two cards of a municipality apart, and nothing else."""

import hmac

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.encoding import canonical_json

_PURPOSE = b"madoguchi/card-pseudonym/v1\n"
_TOLD_PURPOSE = b"madoguchi/cardholder-pseudonym/v1\n"
_TOLD_BYTES = 16


def card_pseudonym(secret: bytes, card: CardIdentity, municipality: str) -> str:
    """Return the pseudonym of a card in a municipality's sessions, which stays at the gateway.

    In another municipality the same card has another one: nobody needs to follow it there.
    """
    named = canonical_json(
        {"authority": card.authority, "municipality": municipality, "serial": card.serial}
    )
    return hmac.digest(secret, _PURPOSE + named, "sha256").hex()


def told_pseudonym(key: bytes, card: CardIdentity) -> str:
    """Return the pseudonym that events tell; `key` is a municipality's, of one month."""
    named = canonical_json({"authority": card.authority, "serial": card.serial})
    return hmac.digest(key, _TOLD_PURPOSE + named, "sha256")[:_TOLD_BYTES].hex()
