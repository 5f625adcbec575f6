"""What binds a card's registration to a person: a MAC over both.

A table of serials that was imported shifted by one row, or a number given to another person,
would make a card somebody else's. The MAC was made at registration from the person's name and
birth date, so such a row no longer fits whom it points to: it is found, not printed.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import date

from madoguchi_wire.card_certificates import CardIdentity


@dataclass(frozen=True)
class Registration:
    """A card registered for a resident."""

    card: CardIdentity
    resident_id: str = field(repr=False)
    bound: bytes = field(repr=False)
    """MAC over card, resident, name and birth date."""


class Binding:
    """Binds registrations of one municipality to persons."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def made(
        self, card: CardIdentity, resident_id: str, name: str, birth_date: date
    ) -> Registration:
        """Return the registration of a card for a person."""
        return Registration(card, resident_id, self._mac(card, resident_id, name, birth_date))

    def fits(self, registration: Registration, name: str, birth_date: date) -> bool:
        """Return whether this is the person for whom the card was registered.

        White space in the name does not count, so that what stands on a page can be asked, too.
        """
        wanted = self._mac(registration.card, registration.resident_id, name, birth_date)
        return hmac.compare_digest(registration.bound, wanted)

    def _mac(self, card: CardIdentity, resident_id: str, name: str, birth_date: date) -> bytes:
        facts = [card.authority, card.serial, resident_id, "".join(name.split())]
        said = json.dumps([*facts, birth_date.isoformat()], ensure_ascii=True)
        return hmac.digest(self._key, b"madoguchi/card/v1\n" + said.encode(), hashlib.sha256)
