"""Keys of the parties: each with a kid, one purpose and a validity; verifiers hold sets."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, from_base64url, sha256_hex, to_base64url
from madoguchi_wire.errors import SignatureRefused


class KeyPurpose(StrEnum):
    """What a key may sign; a key has exactly one purpose."""

    TRUST_ROOT = "trust-root"
    TERMINAL_TOKEN = "terminal-token"  # noqa: S105 (a purpose, not a password)
    TERMINAL_STATEMENT = "terminal-statement"
    ENROLMENT = "enrolment"
    """Of the registrar, for the keys of terminals, which no trust list names."""
    GATEWAY_REQUEST = "gateway-request"
    ATTESTATION = "attestation"
    STAMPING = "stamping"
    """Of the centre, for batches of its audit events."""
    COUNTERSIGNING = "countersigning"
    """Of a municipality, for the centre's stamps."""


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the key as SubjectPublicKeyInfo, DER."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def key_id(key: ec.EllipticCurvePublicKey) -> str:
    """Return the kid of a key: the first 128 bits of the SHA-256 of its DER form, in hex."""
    return sha256_hex(public_bytes(key))[:32]


def jwk_of(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return a P-256 key as a JWK (RFC 7517), as files name it."""
    numbers = key.public_numbers()
    x, y = (to_base64url(number.to_bytes(32)) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def load_public_key(encoded: str) -> ec.EllipticCurvePublicKey:
    """Read a P-256 public key from base64url DER.

    Raises:
        SignatureRefused: not a P-256 key.

    """
    try:
        key = serialization.load_der_public_key(from_base64url(encoded))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureRefused("The public key cannot be read.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SignatureRefused("The public key is not on the curve P-256.")
    return key


@dataclass(frozen=True)
class SigningKey:
    """A private P-256 key and the kid under which others know it."""

    private: ec.EllipticCurvePrivateKey
    kid: str

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new key."""
        private = ec.generate_private_key(ec.SECP256R1())
        return cls(private, key_id(private.public_key()))

    @classmethod
    def load(cls, path: Path) -> "SigningKey":
        """Read an unencrypted PKCS #8 PEM file.

        Raises:
            ValueError: no P-256 private key in the file.

        """
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(
            private.curve, ec.SECP256R1
        ):
            raise ValueError(f"{path.name} holds no P-256 private key")
        return cls(private, key_id(private.public_key()))

    def save(self, path: Path) -> None:
        """Write the key as PKCS #8 PEM that only the owner may read."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.touch(mode=0o600)
        path.write_bytes(pem)

    @property
    def public(self) -> str:
        """The public key, DER in base64url."""
        return to_base64url(public_bytes(self.private.public_key()))


class TrustedKey(BaseModel):
    """A public key as the trust list hands it out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kid: str
    purpose: KeyPurpose
    owner: str
    """Municipality code, or the gateway's name."""
    public_key: Base64Url
    not_before: Instant
    not_after: Instant


class KeySet:
    """The keys of one verifier, found by kid, purpose and owner, judged at a moment."""

    def __init__(self, keys: Iterable[TrustedKey]) -> None:
        self._keys = {key.kid: (key, load_public_key(key.public_key)) for key in keys}
        self.withdrawn: Mapping[str, datetime] = {}
        """From when on which terminals' enrolments do not count."""

    def without(self, withdrawn: Mapping[str, datetime]) -> "KeySet":
        """Return the same keys, with these enrolments withdrawn from these moments on."""
        less = copy(self)
        less.withdrawn = withdrawn
        return less

    def is_withdrawn(self, enrolment: str, at: datetime) -> bool:
        """Tell whether a terminal's enrolment does not count any more at `at`."""
        since = self.withdrawn.get(enrolment)
        return since is not None and at >= since

    def find(
        self, kid: str, purpose: KeyPurpose, at: datetime, owner: str | None = None
    ) -> tuple[TrustedKey, ec.EllipticCurvePublicKey]:
        """Return the key that may be used for `purpose` at `at`, by `owner` if given.

        Raises:
            SignatureRefused: unknown kid, other purpose or owner, or not valid then.

        """
        known = self._keys.get(kid)
        if known is None:
            raise SignatureRefused("The signature names a key that is not trusted here.")
        key, public = known
        if key.purpose is not purpose or (owner is not None and key.owner != owner):
            raise SignatureRefused("The key that signed is not meant for this.")
        if not key.not_before <= at <= key.not_after:
            raise SignatureRefused("The key that signed is not valid at this time.")
        return key, public
