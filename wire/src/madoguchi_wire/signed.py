"""Signed statements: compact JWS, ES256, one `typ` per statement, one spelling of each payload.

A statement's payload is its canonical JSON, and a verifier spells it again and compares, so that
duplicated keys, unknown fields, other spellings or a second meaning cannot hide in it. Of the two
signatures that anybody can make of one (ECDSA: s and n - s) only the one with the low s counts, so
that nobody but its signer gives a statement another digest.
"""

from typing import Any, ClassVar, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, ValidationError

from madoguchi_wire.encoding import (
    canonical_json,
    from_base64url,
    sha256_hex,
    strict_json,
    to_base64url,
)
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import SigningKey

MAXIMUM_TOKEN_CHARACTERS = 64 * 1024
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF = 32
"""Bytes of r, and of s behind it."""
_JWS = jwt.PyJWS(algorithms=["ES256"])


class Statement(BaseModel):
    """Something that one party says and signs; `typ` separates the domains of signatures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    typ: ClassVar[str]
    maximum_characters: ClassVar[int] = MAXIMUM_TOKEN_CHARACTERS
    """Of a token; a longer one is not looked into."""

    def canonical(self) -> bytes:
        """Return the statement's one spelling."""
        return canonical_json(self.model_dump(mode="json"))

    def signed_by(self, key: SigningKey) -> str:
        """Return the statement as a compact JWS."""
        headers = {"typ": self.typ, "kid": key.kid}
        token = _JWS.encode(self.canonical(), key.private, algorithm="ES256", headers=headers)
        signing, _, signature = token.rpartition(".")
        return f"{signing}.{to_base64url(_with_low_s(from_base64url(signature)))}"

    @classmethod
    def kid_of(cls, token: str) -> str:
        """Return the kid that a token names, before anything is verified.

        Raises:
            SignatureRefused: not a compact JWS with exactly alg ES256, this `typ` and a kid.

        """
        header = _header(token, cls.maximum_characters)
        if set(header) != {"alg", "typ", "kid"} or header["alg"] != "ES256":
            raise SignatureRefused("A signature needs exactly alg ES256, typ and kid.")
        if header["typ"] != cls.typ or not isinstance(header["kid"], str):
            raise SignatureRefused(f"This is not a statement of the type {cls.typ}.")
        return header["kid"]

    @classmethod
    def verified(cls, token: str, key: ec.EllipticCurvePublicKey) -> Self:
        """Return the statement that `key` signed.

        Raises:
            SignatureRefused: wrong signature, type or algorithm, or not the one spelling.

        """
        cls.kid_of(token)
        try:
            # A signature in another spelling would give the token another digest.
            signature = from_base64url(token.rpartition(".")[2])
            if _with_low_s(signature) != signature:
                raise SignatureRefused("The signature is not in its canonical spelling (low s).")
            payload: bytes = _JWS.decode(token, key, algorithms=["ES256"])
        except (ValueError, jwt.PyJWTError) as error:
            raise SignatureRefused() from error
        return cls.parsed(payload)

    @classmethod
    def parsed(cls, payload: bytes) -> Self:
        """Return the statement that `payload` spells.

        Raises:
            SignatureRefused: not this statement, or not its one spelling.

        """
        try:
            statement = cls.model_validate_json(payload)
            spelled = statement.canonical()
        except (ValidationError, ValueError) as error:
            raise SignatureRefused("The signed statement does not fit its schema.") from error
        if spelled != payload:
            raise SignatureRefused("The signed statement is not in its canonical spelling.")
        return statement


def token_digest(token: str) -> str:
    """Return the digest by which others name a signed statement: SHA-256 of the whole token."""
    return sha256_hex(token.encode("ascii"))


def unverified_payload(token: str) -> bytes:
    """Return the payload of a token whose signer has to be looked up in it first.

    Raises:
        SignatureRefused: not a compact JWS.

    """
    _header(token)
    try:
        return from_base64url(token.split(".")[1])
    except ValueError as error:
        raise SignatureRefused("This is not a compact JWS.") from error


def _with_low_s(signature: bytes) -> bytes:
    s = int.from_bytes(signature[_HALF:])
    if s <= _P256_ORDER // 2 or s >= _P256_ORDER:
        return signature
    return signature[:_HALF] + (_P256_ORDER - s).to_bytes(_HALF)


def _header(token: str, maximum: int = MAXIMUM_TOKEN_CHARACTERS) -> dict[str, Any]:
    if len(token) > maximum or token.count(".") != 2 or not token.isascii():
        raise SignatureRefused("This is not a compact JWS.")
    try:
        header = strict_json(from_base64url(token.split(".")[0]))
    except ValueError as error:
        raise SignatureRefused("This is not a compact JWS.") from error
    if not isinstance(header, dict):
        raise SignatureRefused("This is not a compact JWS.")
    return header  # pyright: ignore[reportUnknownVariableType]  (JSON object: keys are text)
