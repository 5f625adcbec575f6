"""private_key_jwt (RFC 7523): a terminal shows who it is with a signature of at most 60 s."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.encoding import from_base64url, strict_json
from madoguchi_wire.enrolment import EnrolmentToken, enrolled_key
from madoguchi_wire.errors import ClientAssertionRefused, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey
from madoguchi_wire.session import CLOCK_TOLERANCE
from madoguchi_wire.signed import MAXIMUM_TOKEN_CHARACTERS
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAXIMUM_LIFETIME_S = 60
EXPIRY_TOLERANCE_S = 5
"""How far beyond 60 s from now `exp` may lie, because clocks differ."""
_JWS = jwt.PyJWS(algorithms=["ES256"])
_DECOY = SigningKey.generate().private.public_key()
"""Verifies, and never holds, where there is no key: so that time does not tell who is enrolled."""

Name = Annotated[str, Field(max_length=128, pattern=r"^[\x21-\x7e]+$")]
"""Printable ASCII: ids and names of ours are; what is not, no database need see."""
Software = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._+/-]*$")]
"""Name and version of what a terminal runs, for example `store-terminal-sim 1.4.2`."""
Seconds = Annotated[int, Field(ge=0, le=1 << 40)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _Header(_Strict):
    """What may stand in the header; nothing in it may bring or name a key but `kid`."""

    alg: Literal["ES256"]
    kid: Name
    typ: Literal["JWT"] = "JWT"


class _Claims(_Strict):
    iss: Name
    sub: Name
    aud: Name
    iat: Seconds
    exp: Seconds
    jti: Annotated[Name, Field(min_length=16)]
    enrolment: EnrolmentToken
    software: Software


@dataclass(frozen=True)
class ClientAssertion:
    """A client assertion whose signature and times hold; not yet known to be the first use."""

    terminal: str
    jti: str
    expires_at: datetime
    enrolment: str
    """The terminal's (JWS); not yet known not to be withdrawn, if `keys` did not say so."""
    software: str
    """What the terminal says it runs."""


def verified_assertion(token: str, issuer: str, keys: KeySet, now: datetime) -> ClientAssertion:
    """Return the assertion that the terminal named in it signed for us, now.

    Whether a terminal of that name exists changes neither the answer nor the work before it: who
    has no terminal's key learns of no terminal.

    Args:
        token: the compact JWT.
        issuer: our name, the only right `aud`.
        keys: the registrar's keys, and which enrolments were withdrawn.
        now: the present moment.

    Raises:
        ClientAssertionRefused: wrong algorithm or key, for another audience, expired, too long.

    """
    header, claims = _parts(token)
    _verify_signature(token, _key(keys, header.kid, claims, now))
    _check(claims, issuer, now)
    expires_at = datetime.fromtimestamp(claims.exp, UTC)
    return ClientAssertion(claims.iss, claims.jti, expires_at, claims.enrolment, claims.software)


def _parts(token: str) -> tuple[_Header, _Claims]:
    if len(token) > MAXIMUM_TOKEN_CHARACTERS or token.count(".") != 2:
        raise ClientAssertionRefused("The client assertion is not a compact JWT.")
    try:
        header, payload, _ = (from_base64url(part) for part in token.split("."))
        values: tuple[Any, Any] = strict_json(header), strict_json(payload)
    except ValueError as error:
        raise ClientAssertionRefused("The client assertion is not a compact JWT.") from error
    return _header(values[0]), _claims(values[1])


def _header(values: object) -> _Header:
    try:
        return _Header.model_validate(values)
    except ValidationError as error:
        raise ClientAssertionRefused(
            "The client assertion's header needs exactly alg ES256 and kid; typ JWT may be there."
        ) from error


def _claims(values: object) -> _Claims:
    try:
        return _Claims.model_validate(values)
    except ValidationError as error:
        raise ClientAssertionRefused(
            "The client assertion needs exactly iss, sub, aud, iat, exp, jti, enrolment and"
            " software."
        ) from error


def _key(keys: KeySet, kid: str, claims: _Claims, now: datetime) -> ec.EllipticCurvePublicKey:
    purpose = KeyPurpose.TERMINAL_TOKEN
    try:
        return enrolled_key(claims.enrolment, kid, purpose, claims.iss, keys, now)
    except SignatureRefused:
        return _DECOY


def _verify_signature(token: str, key: ec.EllipticCurvePublicKey) -> None:
    try:
        _JWS.decode(token, key, algorithms=["ES256"])
    except jwt.PyJWTError as error:
        raise ClientAssertionRefused(
            "The client assertion is not signed by a key of this terminal."
        ) from error


def _check(claims: _Claims, issuer: str, now: datetime) -> None:
    moment = now.timestamp()
    if claims.sub != claims.iss:
        raise ClientAssertionRefused("iss and sub must both be the terminal's id.")
    if claims.aud != issuer:
        raise ClientAssertionRefused("The client assertion is meant for another audience.")
    if claims.exp <= moment:
        raise ClientAssertionRefused("The client assertion has expired.")
    if not 0 < claims.exp - claims.iat <= MAXIMUM_LIFETIME_S:
        raise ClientAssertionRefused("The client assertion lives longer than 60 seconds.")
    if claims.exp - moment > MAXIMUM_LIFETIME_S + EXPIRY_TOLERANCE_S:
        raise ClientAssertionRefused("The client assertion's exp lies more than 60 seconds ahead.")
    if timedelta(seconds=claims.iat - moment) > CLOCK_TOLERANCE:
        raise ClientAssertionRefused("The client assertion's iat lies in the future.")
