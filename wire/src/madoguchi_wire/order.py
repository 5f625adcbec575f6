"""The order: what a cardholder asks for in one go, and the request to see the household.

Both are signed by the session's one-time key, so the card may leave the slot early.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, Digest
from madoguchi_wire.errors import OrderNotOfSession, SignatureRefused
from madoguchi_wire.keys import load_public_key
from madoguchi_wire.session import SESSION_LIFETIME, VerifiedSession
from madoguchi_wire.signed import Statement, token_digest

_S = TypeVar("_S", bound=Statement)

Yen = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
MAXIMUM_COPIES = 10
MAXIMUM_MEMBERS = 30


class Kind(StrEnum):
    """Kinds of certificate."""

    RESIDENT_RECORD = "resident_record"
    """住民票の写し"""
    SEAL_REGISTRATION = "seal_registration"
    """印鑑登録証明書"""


class ResidentRecordOptions(BaseModel):
    """What a 住民票の写し shall show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal[Kind.RESIDENT_RECORD] = Kind.RESIDENT_RECORD
    members: Annotated[tuple[Base64Url, ...], Field(max_length=MAXIMUM_MEMBERS)] = ()
    """Handles of household members, valid in this session; empty means the cardholder alone."""
    relationship: bool = False
    """続柄 and 世帯主 are shown."""
    honseki: bool = False
    """本籍 and 筆頭者 are shown."""


class SealRegistrationOptions(BaseModel):
    """印鑑登録証明書 has no options."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal[Kind.SEAL_REGISTRATION] = Kind.SEAL_REGISTRATION


Options = Annotated[ResidentRecordOptions | SealRegistrationOptions, Field(discriminator="kind")]


class Order(Statement):
    """What the cardholder asks for; n copies become n issuances."""

    typ: ClassVar[str] = "madoguchi-order+jws"

    session: Digest
    """Digest of the signed session."""
    options: Options
    copies: Annotated[int, Field(ge=1, le=MAXIMUM_COPIES, strict=True)]
    tariff_version: str
    unit_price: Yen
    """Yen for one paper, as the terminal showed it."""
    nonce: Annotated[Base64Url, Field(min_length=22, max_length=64)]
    ordered_at: Instant


class HouseholdRequest(Statement):
    """Asks who lives in the cardholder's household, to choose from on the screen."""

    typ: ClassVar[str] = "madoguchi-household-request+jws"

    session: Digest
    nonce: Annotated[Base64Url, Field(min_length=22, max_length=64)]
    requested_at: Instant


class HouseholdMember(BaseModel):
    """One choice on the terminal's screen; travels sealed only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    handle: Base64Url
    name: str
    relationship: str
    is_cardholder: bool


class Household(BaseModel):
    """The answer to a household request, in the legal order of members; travels sealed only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: tuple[HouseholdMember, ...]


def verified_order(token: str, session: VerifiedSession) -> Order:
    """Return the order that this session's key signed within the session's 5 minutes.

    Raises:
        OrderNotOfSession: another key signed it, or it names another session or time.

    """
    order = _of_session(Order, token, session)
    _check_within(session, order.session, order.ordered_at)
    return order


def verified_household_request(token: str, session: VerifiedSession) -> HouseholdRequest:
    """Return the household request that this session's key signed.

    Raises:
        OrderNotOfSession: another key signed it, or it names another session or time.

    """
    request = _of_session(HouseholdRequest, token, session)
    _check_within(session, request.session, request.requested_at)
    return request


def order_digest(token: str) -> str:
    """Return the digest by which attestation and sealed document name an order."""
    return token_digest(token)


def _of_session(kind: type[_S], token: str, session: VerifiedSession) -> _S:
    try:
        return kind.verified(token, load_public_key(session.statement.signing_key))
    except SignatureRefused as error:
        raise OrderNotOfSession() from error


def _check_within(session: VerifiedSession, named: str, moment: Instant) -> None:
    age = moment - session.statement.opened_at
    if named != session.digest or not timedelta(0) <= age <= SESSION_LIFETIME:
        raise OrderNotOfSession()
