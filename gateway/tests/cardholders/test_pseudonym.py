"""A card has one pseudonym in a municipality and another elsewhere; only we can make it."""

from gateway.cardholders.pseudonym import card_pseudonym
from madoguchi_wire.card_certificates import CardIdentity

CARD = CardIdentity("jpki", "1a2b")
OWN = card_pseudonym(b"s" * 32, CARD, "122033")


def test_one_card_has_one_pseudonym_in_a_municipality() -> None:
    assert card_pseudonym(b"s" * 32, CardIdentity("jpki", "1a2b"), "122033") == OWN
    assert CARD.serial not in OWN


def test_another_secret_card_authority_or_municipality_makes_another() -> None:
    others = {
        card_pseudonym(b"t" * 32, CARD, "122033"),
        card_pseudonym(b"s" * 32, CardIdentity("jpki", "1a2c"), "122033"),
        card_pseudonym(b"s" * 32, CardIdentity("phone", "1a2b"), "122033"),
        card_pseudonym(b"s" * 32, CARD, "131130"),
    }
    assert len(others | {OWN}) == 5
