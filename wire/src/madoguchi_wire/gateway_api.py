"""The gateway's REST shapes, as terminals send and receive them under /v1."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.order import Kind, Yen


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Words(_Shape):
    """A text for the screen, in Japanese and English."""

    ja: str
    en: str


class Contact(_Shape):
    """A municipality's office, for whoever wants to ask."""

    office: Words
    telephone: str
    mail: Annotated[str | None, Field(exclude_if=lambda mail: mail is None)] = None


class Problem(BaseModel):
    """A problem document (RFC 9457, application/problem+json)."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)

    type: str
    """`/problems/{slug}`: stable, and answers with its documentation."""
    title: str
    title_ja: str
    status: int
    detail: str
    detail_ja: str
    retryable: bool
    charged: Literal[False] = False
    """Nothing is charged by a request that ends in a problem."""
    trace: str | None = None
    evidence: str | None = None
    """What an adapter signed about what it withheld (JWS); never in an answer to a terminal."""
    notice: Annotated[Words | None, Field(exclude_if=lambda notice: notice is None)] = None
    """What the municipality itself says of it, if it does: show it, too."""
    contact: Annotated[Contact | None, Field(exclude_if=lambda contact: contact is None)] = None
    """Whom to ask at the municipality whose certificate was asked for, if it says so."""


class AccessToken(_Shape):
    """OAuth 2.0 token response."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (the type's name)
    expires_in: int
    """Seconds, at most 600."""


class MunicipalityListed(_Shape):
    """A municipality that takes part."""

    code: MunicipalityCode
    name: Words


class OpeningHours(_Shape):
    """Hours of one kind on this day, Japan's time, `HH:MM`."""

    opens: str
    closes: str


class Offer(_Shape):
    """One kind that the municipality offers at this terminal."""

    kind: Kind
    title: Words
    price: Yen
    """Yen for one paper."""
    tariff_version: str
    """The tariff or campaign that says so; an order names both."""
    hours: OpeningHours | None
    """None on a day on which it is closed here."""
    open_now: bool
    members: bool
    """Whether household members can be chosen."""
    relationship: bool
    honseki: bool
    maximum_copies: Annotated[int, Field(ge=1)]


class Menu(_Shape):
    """What a municipality offers here and now, with what a session needs to be opened."""

    municipality: MunicipalityListed
    gateway: str
    """The name to sign into the session."""
    challenge: str
    beacon: str
    good_until: Instant
    """Open the session before."""
    configuration_version: int
    offers: tuple[Offer, ...]


class OpenSession(_Shape):
    """The signed session (JWS) of `madoguchi_wire.session.SignedSession`."""

    signed_session: str


class SessionOpened(_Shape):
    """The session is open."""

    session: UUID
    expires_at: Instant


class AskHousehold(_Shape):
    """A household request (JWS) and the signed session (JWS)."""

    household_request: str
    signed_session: str


class PlaceOrder(_Shape):
    """A signed order (JWS) and the signed session (JWS) again."""

    order: str
    signed_session: str


IssuanceState = Literal[
    "accepted",
    "prepared",
    "delivered",
    "paid",
    "completed",
    "refused",
    "expired",
    "voided",
    "in_doubt",
    "quarantined",
]


class OrderedIssuance(_Shape):
    """One paper of an order: prepared (then with the attestation), or with its problem."""

    issuance: UUID
    copy_number: int
    accepted_on: date
    fee: Yen
    attestation: str | None
    problem: Problem | None


class OrderAnswer(_Shape):
    """The answer to an order; the same for the same Idempotency-Key and body."""

    order: UUID
    issuances: tuple[OrderedIssuance, ...]


class IssuanceView(_Shape):
    """An issuance as its own terminal may see it."""

    issuance: UUID
    municipality: MunicipalityCode
    kind: Kind
    state: IssuanceState
    fee: Yen
    accepted_on: date


class SendReport(_Shape):
    """A terminal's signed report (JWS) of `madoguchi_wire.reports.TerminalReport`."""

    report: str


class ReportAnswer(_Shape):
    """The report is kept. `go` is the word that the terminal needs before it prints."""

    issuance: UUID | None
    state: IssuanceState | None
    go: bool


class HouseholdAnswer(_Shape):
    """The household, sealed to the session."""

    ciphertext: Base64Url
