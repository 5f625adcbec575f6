"""The card register: what must stand on the papers of whoever holds a card.

It is made when cards are handed out and no service reads it, so that a paper is held against
something that did not come from the system which printed it.
"""

from datetime import date
from pathlib import Path

from madoguchi_wire.encoding import Base64Url, Digest
from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RegisteredPerson(_Part):
    """What is true of one resident."""

    resident: str
    """A name for the person inside this register."""
    municipality: str
    household: str
    name: str
    birth_date: date
    sex: str
    """男 or 女."""
    address: str
    head_of_household: str
    """Name of the 世帯主."""
    head_of_family_register: str | None = None
    """Name of the 筆頭者, if the person is Japanese."""


class RegisteredCard(_Part):
    """A card certificate and whose it is."""

    certificate: Base64Url
    """DER."""
    resident: str


class Asking(_Part):
    """What was asked for, and with which card, as seen from in front of the terminal."""

    issuance: str
    card: Digest
    """SHA-256 of the card certificate."""
    members: tuple[str, ...]
    """The residents that the paper has to show."""
    relationship: bool = False
    """続柄 and 世帯主 were asked for."""
    honseki: bool = False
    """本籍 and 筆頭者 were asked for."""


class CardRegister(_Part):
    """All residents and cards of an installation."""

    persons: tuple[RegisteredPerson, ...]
    cards: tuple[RegisteredCard, ...]


def read_register(path: Path) -> CardRegister:
    """Read the register.

    Raises:
        OSError, ValueError: it cannot be read.

    """
    return CardRegister.model_validate_json(path.read_bytes())


def read_askings(path: Path) -> tuple[Asking, ...]:
    """Read what was asked for, a line for each issuance; none if nobody kept it."""
    if not path.exists():
        return ()
    return tuple(Asking.model_validate_json(line) for line in path.read_bytes().splitlines())
