"""How a terminal asks for its enrolment: with a one-time code, or with the keys it has.

The code itself never travels: it is the key of a MAC over the request, so that nobody on the way
(and not the gateway) can put other keys in its place.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, Digest
from madoguchi_wire.enrolment import Enrolment, EnrolmentToken, Name, enrolled_key
from madoguchi_wire.errors import EnrolmentRequestRefused, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey, load_public_key
from madoguchi_wire.signed import Statement, token_digest, unverified_payload

ASKED_WITHIN = timedelta(minutes=10)
"""From the terminal's signature until the registrar no longer looks at a request."""
_DOMAIN = b"madoguchi/enrolment-code/v1\n"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_MISREAD = str.maketrans("018", "OIB", "- ")


class EnrolmentAsked(Statement):
    """What a terminal asks for, signed by each key that it concerns."""

    typ: ClassVar[str] = "madoguchi-enrolment-request+jws"

    gateway: str
    """The gateway's name."""
    terminal: Name
    statement_key: Base64Url
    token_key: Base64Url
    asked_at: Instant
    nonce: Annotated[Base64Url, Field(min_length=22, max_length=64)]


class AskEnrolment(BaseModel):
    """A request: new keys that its sender has, and why it may have them enrolled."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    asked: EnrolmentToken
    """`madoguchi_wire.enrolling.EnrolmentAsked` (JWS), by the new key for statements."""
    token_key_proof: EnrolmentToken
    """The same statement, by the new key for tokens."""
    code_proof: Digest | None = None
    """HMAC-SHA256 of the statement under the one-time code; or, where one is enrolled already:"""
    renewal: EnrolmentToken | None = None
    """The same statement, by the present key for statements,"""
    enrolment: EnrolmentToken | None = None
    """and the present enrolment."""

    @property
    def request(self) -> UUID:
        """The request's id: the same request is the same, however often it is sent."""
        return UUID(token_digest(self.asked)[:32])


class EnrolmentAnswer(BaseModel):
    """What became of a request so far; a refused one is answered by its problem."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    request: UUID
    state: Literal["waiting", "enrolled"]
    enrolment: EnrolmentToken | None = None
    """`madoguchi_wire.enrolment.Enrolment` (JWS) by the registrar's key."""


def ask_with_code(
    said: EnrolmentAsked, statement_key: SigningKey, token_key: SigningKey, code: str
) -> AskEnrolment:
    """Return the request of a terminal that was given a one-time code."""
    return AskEnrolment(
        asked=said.signed_by(statement_key),
        token_key_proof=said.signed_by(token_key),
        code_proof=code_proof(said, code),
    )


def ask_again(
    said: EnrolmentAsked,
    statement_key: SigningKey,
    token_key: SigningKey,
    present_key: SigningKey,
    present: str,
) -> AskEnrolment:
    """Return the request of a terminal that renews its keys while its enrolment is in force."""
    return AskEnrolment(
        asked=said.signed_by(statement_key),
        token_key_proof=said.signed_by(token_key),
        renewal=said.signed_by(present_key),
        enrolment=present,
    )


def verified_request(asked: AskEnrolment, gateway: str, now: datetime) -> EnrolmentAsked:
    """Return what is asked by somebody who has both new keys, now; not yet whether they may.

    Raises:
        EnrolmentRequestRefused: a key that is not there, for another gateway, too old.

    """
    try:
        claimed = EnrolmentAsked.parsed(unverified_payload(asked.asked))
        statement_key = load_public_key(claimed.statement_key)
        said = EnrolmentAsked.verified(asked.asked, statement_key)
        other = EnrolmentAsked.verified(asked.token_key_proof, load_public_key(said.token_key))
    except (SignatureRefused, ValueError) as error:
        raise EnrolmentRequestRefused() from error
    if other != said or said.statement_key == said.token_key or said.gateway != gateway:
        raise EnrolmentRequestRefused()
    if abs(now - said.asked_at) > ASKED_WITHIN:
        raise EnrolmentRequestRefused()
    if (asked.code_proof is None) == (asked.renewal is None or asked.enrolment is None):
        raise EnrolmentRequestRefused()
    return said


def check_renewal(asked: AskEnrolment, said: EnrolmentAsked, keys: KeySet, now: datetime) -> None:
    """Pass if the terminal's present key asks for the new ones.

    Raises:
        EnrolmentRequestRefused: another key, or its enrolment is not in force; or no new keys.

    """
    present, renewal = asked.enrolment or "", asked.renewal or ""
    try:
        kid, purpose = EnrolmentAsked.kid_of(renewal), KeyPurpose.TERMINAL_STATEMENT
        key = enrolled_key(present, kid, purpose, said.terminal, keys, now)
        same = EnrolmentAsked.verified(renewal, key) == said
        old = Enrolment.parsed(unverified_payload(present))
    except SignatureRefused as error:
        raise EnrolmentRequestRefused() from error
    had = {old.statement_key, old.token_key}
    if not same or had & {said.statement_key, said.token_key}:
        raise EnrolmentRequestRefused()


def code_proof(said: EnrolmentAsked, code: str) -> str:
    """Return the MAC that shows that whoever asks has the code; however the code is typed."""
    key = spelled_code(code).encode("ascii", "replace")
    return hmac.new(key, _DOMAIN + said.canonical(), hashlib.sha256).hexdigest()


def spelled_code(typed: str) -> str:
    """Return a code as it is meant: people read 0 for O, and leave hyphens out."""
    return typed.upper().translate(_MISREAD)


def code_of(secret: bytes, number: UUID, terminal: str) -> str:
    """Return the one-time code of this number for a terminal, which only the registrar can make.

    80 bits: whoever sees a request cannot find the code by trying.
    """
    mac = hmac.new(secret, _DOMAIN + number.bytes + terminal.encode(), hashlib.sha256).digest()
    value = int.from_bytes(mac[:10])
    letters = "".join(_LETTERS[value >> 5 * place & 31] for place in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))
