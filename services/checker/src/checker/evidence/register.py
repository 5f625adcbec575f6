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
    previous_address: str | None = None
    """前住所."""
    honseki: str | None = None
    """本籍, or 国籍・地域."""
    days: tuple[date, ...] = ()
    """What else a paper dates: 住民となった年月日 and 住所を定めた年月日; a register that was made
    before it had them says nothing of days."""
    seal: Digest | None = None
    """Of the picture of the registered seal (印影), if the person ever had one."""


class RegisteredCard(_Part):
    """A card certificate and whose it is."""

    certificate: Base64Url
    """DER."""
    resident: str


class CardRegister(_Part):
    """All residents and cards of an installation."""

    persons: tuple[RegisteredPerson, ...]
    cards: tuple[RegisteredCard, ...]
    office_seals: dict[str, Digest] = {}
    """Of the picture of each municipality's own seal (職印)."""
    test_seal: Digest | None = None
    """Of the picture that test papers have in its place."""


def read_register(path: Path) -> CardRegister:
    """Read the register.

    Raises:
        OSError, ValueError: it cannot be read.

    """
    return CardRegister.model_validate_json(path.read_bytes())
