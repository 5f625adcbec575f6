"""What gateway and adapter say to each other: signed requests down, attested answers up."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.signed import Statement


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class SignedRequest(_Shape):
    """The body of every request to an adapter: a statement signed by the gateway (JWS)."""

    request: str


class Beacon(_Shape):
    """The municipality's beacon of this minute; it travels with the menu into the session."""

    beacon: str
    good_until: Instant


class PrepareStatement(Statement):
    """The gateway asks for one copy of an order under one issuance id."""

    typ: ClassVar[str] = "madoguchi-prepare+jws"

    issuance: str
    municipality: MunicipalityCode
    session: str
    """The signed session (JWS)."""
    order: str
    """The signed order (JWS)."""
    copy_number: Annotated[int, Field(ge=1)]
    accepted_on: date
    """Japan's day at `accepted`; it is the date of issue on the paper."""
    requested_at: Instant
    deadline: Instant
    """After it a late answer belongs to nobody."""


class Prepared(_Shape):
    """The adapter's answer: the same bytes for the same issuance, however often it is asked."""

    attestation: str
    """The attestation (JWS) by the municipality's key."""
    ciphertext: Base64Url
    """The document, sealed to the session."""


class WithheldStatement(Statement):
    """The municipality says that its own check stopped a document: its system made another one.

    Signed by the key of its attestations, it comes with the problem `read-back-refused`.
    """

    typ: ClassVar[str] = "madoguchi-withheld+jws"

    issuance: str
    municipality: MunicipalityCode
    build: str
    """Fingerprint of the adapter's build."""
    found_at: Instant


class HouseholdStatement(Statement):
    """The gateway forwards a request for the household."""

    typ: ClassVar[str] = "madoguchi-household+jws"

    municipality: MunicipalityCode
    session: str
    household_request: str
    requested_at: Instant
    deadline: Instant
    """When nobody waits for the answer any more."""


class SealedHousehold(_Shape):
    """The household (`order.Household`), sealed to the session; only the terminal opens it."""

    ciphertext: Base64Url


OutcomeState = Literal["completed", "voided", "expired", "refused", "quarantined"]


class OutcomeStatement(Statement):
    """How an issuance ended, with the terminal's signed reports; repeated until acknowledged."""

    typ: ClassVar[str] = "madoguchi-outcome+jws"

    issuance: str
    municipality: MunicipalityCode
    outcome: OutcomeState
    reports: tuple[str, ...]
    decided_at: Instant


class Acknowledged(_Shape):
    """The adapter has recorded the outcome; the issuance id is closed."""

    issuance: str
    outcome: OutcomeState


class ShownStamp(_Shape):
    """The centre shows a stamp to a witness."""

    stamp: str
    """The signed stamp (`stamps.Stamp`, JWS)."""


class ShownHead(_Shape):
    """The witness says what it has seen last."""

    head: str
    """`stamps.Head` (JWS) by the municipality's own key."""


class Countersigned(_Shape):
    """The witness has seen a stamp, and says so."""

    countersignature: str
    """`stamps.Countersignature` (JWS) by the municipality's own key."""
