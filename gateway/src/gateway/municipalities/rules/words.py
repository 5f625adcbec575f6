"""Sections `contact` and `words`: what a municipality says itself when it refuses."""

from typing import Annotated, Literal

from madoguchi_wire.gateway_api import Contact, Words
from pydantic import Field, StringConstraints

from gateway.municipalities.rules.part import Label, Part, Spelled, is_absent

RefusalReason = Literal[
    "card-issued-today",
    "collector-not-designated",
    "come-to-the-counter",
    "kind-not-offered",
    "machine-of-another-municipality",
    "member-unknown",
    "municipality-not-live",
    "municipality-stopped",
    "no-seal-registered",
    "option-not-offered",
    "out-of-hours",
    "too-many-issued",
    "under-age",
    "under-maintenance",
]
"""Problems by which an offer or a person is refused. Why a person is refused stays untold: many
reasons share `come-to-the-counter`, and so have one text."""
_Short = Annotated[
    str,
    StringConstraints(max_length=100),
    Spelled(r"\S(.*\S)?", "no line of text: write one line, without space around it"),
]


class OwnWords(Part):
    """A text for the screen."""

    ja: _Short
    en: _Short


class Office(Part):
    """The office's name."""

    ja: Label
    en: Label


class ContactPart(Part):
    """Whom to ask: an office, never a person by name."""

    office: Office
    telephone: Annotated[
        str, Spelled(r"0[\d-]{8,12}\d", 'no telephone number: write "047-334-1111"')
    ]
    mail: Annotated[
        str | None,
        Spelled(r"[!-?A-~]+@[A-Za-z0-9.-]+", "no mail address: write shimin@city.example.lg.jp"),
        Field(exclude_if=is_absent),
    ] = None

    @property
    def told(self) -> Contact:
        """As it is told with a problem."""
        office = Words(ja=self.office.ja, en=self.office.en)
        return Contact(office=office, telephone=self.telephone, mail=self.mail)
