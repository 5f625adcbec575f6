"""private_key_jwt (RFC 7523): a terminal shows who it is with a signature of at most 60 s."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import jwt
from madoguchi_wire.errors import ClientAssertionRefused, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.session import CLOCK_TOLERANCE
from madoguchi_wire.signed import MAXIMUM_TOKEN_CHARACTERS
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAXIMUM_LIFETIME_S = 60
_JWS = jwt.PyJWS(algorithms=["ES256"])


Name = Annotated[str, Field(max_length=128, pattern=r"^[\x21-\x7e]+$")]
"""Printable ASCII: ids and names of ours are; what is not, no database need see."""
Seconds = Annotated[int, Field(ge=0, le=1 << 40)]


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    iss: Name
    sub: Name
    aud: Name
    iat: Seconds
    exp: Seconds
    jti: Annotated[Name, Field(min_length=16)]


@dataclass(frozen=True)
class ClientAssertion:
    """A client assertion whose signature and times hold; not yet known to be the first use."""

    terminal: str
    jti: str
    expires_at: datetime


def claimed_terminal(token: str) -> str:
    """Return the terminal that an assertion names, before anything is verified.

    Raises:
        ClientAssertionRefused: not a JWT with exactly the claims that we ask for.

    """
    if len(token) > MAXIMUM_TOKEN_CHARACTERS:
        raise ClientAssertionRefused("The client assertion is too long.")
    try:
        complete = _JWS.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise ClientAssertionRefused("The client assertion is not a JWT.") from error
    return _claims(complete["payload"]).iss


def verified_assertion(token: str, issuer: str, keys: KeySet, now: datetime) -> ClientAssertion:
    """Return the assertion that the terminal named in it signed for us, now.

    Args:
        token: the compact JWT.
        issuer: our name, the only right `aud`.
        keys: trusted keys.
        now: the present moment.

    Raises:
        ClientAssertionRefused: wrong algorithm or key, for another audience, expired, too long.

    """
    claimed = claimed_terminal(token)
    header = jwt.get_unverified_header(token)
    kid = header.get("kid")
    if header.get("alg") != "ES256" or not isinstance(kid, str):
        raise ClientAssertionRefused("The client assertion needs the algorithm ES256 and a kid.")
    try:
        _, key = keys.find(kid, KeyPurpose.TERMINAL_TOKEN, now, owner=claimed)
        payload: bytes = _JWS.decode(token, key, algorithms=["ES256"])
    except (SignatureRefused, jwt.PyJWTError) as error:
        raise ClientAssertionRefused(
            "The client assertion is not signed by a key of this terminal."
        ) from error
    claims = _claims(payload)
    _check(claims, issuer, now)
    return ClientAssertion(claims.iss, claims.jti, datetime.fromtimestamp(claims.exp, UTC))


def _claims(payload: bytes) -> _Claims:
    try:
        values: dict[str, Any] = json.loads(payload)
        return _Claims.model_validate(values)
    except (ValidationError, ValueError, RecursionError) as error:
        raise ClientAssertionRefused(
            "The client assertion needs exactly iss, sub, aud, iat, exp and jti."
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
    if timedelta(seconds=claims.iat - moment) > CLOCK_TOLERANCE:
        raise ClientAssertionRefused("The client assertion's iat lies in the future.")
