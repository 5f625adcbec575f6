"""Who stands at the terminal: their card and PIN, and what they choose on the screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from madoguchi_wire.order import Household

from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.effects import CardSignature, Show


def whole_household(household: Household) -> Sequence[str]:
    """Choose every member (世帯全員)."""
    return [member.handle for member in household.members]


def cardholder_alone(household: Household) -> Sequence[str]:
    """Choose the cardholder only (本人)."""
    return [member.handle for member in household.members if member.is_cardholder]


def look_away(_shown: Show) -> None:
    """Ignore the screen."""


def trust_the_paper(_document: bytes) -> bool:
    """Take the paper without a look."""
    return True


@dataclass
class Cardholder:
    """A person with a card; `pin` is what they type, right or wrong."""

    card: VirtualCard
    pin: str
    choose: Callable[[Household], Sequence[str]] = whole_household
    watch: Callable[[Show], None] = look_away
    recognise: Callable[[bytes], bool] = trust_the_paper
    """Whether a printed document is theirs; False is *not mine*."""
    staff_clear_tray: bool = True
    """Whether somebody looks into the tray when the terminal asks for it."""

    @classmethod
    def of(cls, card: VirtualCard) -> "Cardholder":
        """Return a person who knows the PIN of their card."""
        return cls(card, card.pin)

    def use_card(self, message: bytes) -> CardSignature:
        """Let the card sign.

        Raises:
            PinWrong, CardLocked: the card refuses.

        """
        return CardSignature(self.card.certificate, self.card.sign(message, self.pin))
