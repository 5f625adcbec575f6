"""The attestation: what a municipality signs about one document, and how others compare it.

Gateway and terminal each compare every field with what they know by themselves; what they do not
know by themselves is not taken from the gateway but from this statement.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, Digest, from_base64url, sha256_hex, to_base64url
from madoguchi_wire.errors import AttestationRefused, SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.order import Kind
from madoguchi_wire.session import CLOCK_TOLERANCE
from madoguchi_wire.signed import Statement

MAXIMUM_LIFETIME = timedelta(minutes=15)
"""Time to choose, to pay and to print, and some to spare; adapters attest for ten minutes."""
_DIFFERS = "The attestation differs from what was asked: {}."


class Attestation(Statement):
    """What the municipality says about one document (version 1)."""

    typ: ClassVar[str] = "madoguchi-attestation+jws"

    version: Literal[1] = 1
    issuance: str
    order: Digest
    session: Digest
    copy_number: Annotated[int, Field(ge=1)]
    card_salt: Base64Url
    card_commitment: Digest
    """`card_commitment(salt, card certificate)`: never the bare serial."""
    municipality: MunicipalityCode
    kind: Kind
    certificate_number: str
    pages: Annotated[int, Field(ge=1)]
    document_sha256: Digest
    ciphertext_sha256: Digest
    records_version: str
    build: str
    """Fingerprint of the adapter's build."""
    templates: Digest
    fonts: Digest
    test: bool
    """True for 見本 papers of the municipality's test person."""
    issued_at: Instant
    expires_at: Instant


def card_commitment(salt: bytes, card_certificate: bytes) -> str:
    """Return the salted commitment to a card certificate (DER)."""
    return sha256_hex(b"madoguchi/card-commitment/v1\n" + salt + b"\n" + card_certificate)


def new_card_commitment(card_certificate: bytes) -> tuple[str, str]:
    """Return a fresh salt (base64url) and the commitment under it."""
    salt = secrets.token_bytes(16)
    return to_base64url(salt), card_commitment(salt, card_certificate)


@dataclass(frozen=True)
class Expected:
    """What a verifier knows by itself about the document it waits for."""

    issuance: str
    order: str
    session: str
    copy_number: int
    municipality: str
    kind: Kind
    card_certificate: bytes
    allowed_builds: frozenset[str]
    """Builds of this municipality's adapter in the trust list."""
    asked_at: datetime
    """When the order was accepted, or signed: nothing was attested for it before."""
    test: bool = False


def verified_attestation(token: str, keys: KeySet, expected: Expected, at: datetime) -> Attestation:
    """Return the attestation if it is the municipality's and says exactly what was asked.

    Raises:
        AttestationRefused: a signature, a field, the build or the time does not hold; the detail
            names the field, never its value. It is proven if the municipality's own key said it
            about this very issuance.

    """
    try:
        _, key = keys.find(
            Attestation.kid_of(token), KeyPurpose.ATTESTATION, at, owner=expected.municipality
        )
        attestation = Attestation.verified(token, key)
    except SignatureRefused as error:
        raise AttestationRefused(f"The attestation does not verify: {error}") from error
    # Whoever sits on the line can repeat what is true of another issuance: that proves nothing.
    about_this = attestation.issuance == expected.issuance
    for name, holds in _comparisons(attestation, expected):
        if not holds:
            raise AttestationRefused(_DIFFERS.format(name), proven=about_this)
    _check_times(attestation, expected.asked_at, at)
    return attestation


def check_ciphertext(attestation: Attestation, ciphertext: bytes) -> None:
    """Pass if these are the sealed bytes that the attestation names.

    Raises:
        AttestationRefused: they are not.

    """
    if sha256_hex(ciphertext) != attestation.ciphertext_sha256:
        raise AttestationRefused("The sealed document is not the one that was attested.")


def _check_times(attestation: Attestation, asked_at: datetime, at: datetime) -> None:
    # A wrong time is a wrong clock, or an answer that somebody held back: it proves no wrong build.
    issued_at, expires_at = attestation.issued_at, attestation.expires_at
    if not asked_at - CLOCK_TOLERANCE <= issued_at:
        raise AttestationRefused(_DIFFERS.format("issued_at"))
    if not issued_at <= at + CLOCK_TOLERANCE:
        raise AttestationRefused(_DIFFERS.format("issued_at"))
    if not timedelta(0) < expires_at - issued_at <= MAXIMUM_LIFETIME:
        raise AttestationRefused(_DIFFERS.format("expires_at"))
    if not at < expires_at:
        raise AttestationRefused(_DIFFERS.format("expires_at"))


def _comparisons(attestation: Attestation, expected: Expected) -> list[tuple[str, bool]]:
    commitment = card_commitment(from_base64url(attestation.card_salt), expected.card_certificate)
    return [
        ("issuance", attestation.issuance == expected.issuance),
        ("order", attestation.order == expected.order),
        ("session", attestation.session == expected.session),
        ("copy_number", attestation.copy_number == expected.copy_number),
        ("card", attestation.card_commitment == commitment),
        ("municipality", attestation.municipality == expected.municipality),
        ("kind", attestation.kind is expected.kind),
        ("build", attestation.build in expected.allowed_builds),
        ("test", attestation.test == expected.test),
    ]
