"""Sealing evidence to the municipality: whoever runs adapter or gateway cannot read it.

The private key is kept away from both; an officer opens evidence with it when a quarantine is
looked into.
"""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from madoguchi_wire.encoding import canonical_json

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def read_public_key(path: Path) -> X25519PublicKey:
    """Return the municipality's key for evidence.

    Raises:
        ValueError: no such file, or no X25519 public key in PEM.

    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise ValueError(f"{path}: is no public key in PEM") from None
    if not isinstance(key, X25519PublicKey):
        raise ValueError(f"{path}: must be an X25519 public key: openssl genpkey -algorithm X25519")
    return key


def make_evidence_keys(folder: Path) -> None:
    """Write a new pair: `evidence.public.pem` for the adapter, `evidence.private.pem` to hide."""
    key = X25519PrivateKey.generate()
    private = folder / "evidence.private.pem"
    private.touch(mode=0o600)
    pkcs8 = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private.write_bytes(key.private_bytes(*pkcs8))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "evidence.public.pem").write_bytes(public)


def seal_evidence(plain: bytes, key: X25519PublicKey, municipality: str, issuance: str) -> bytes:
    """Return evidence that only the municipality can read."""
    return _SUITE.encrypt(plain, key, _info(municipality, issuance))


def open_evidence(sealed: bytes, key_file: Path, municipality: str, issuance: str) -> bytes:
    """Return what was sealed.

    Raises:
        ValueError: it was sealed to another key or for another issuance, or is damaged.

    """
    key = load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, X25519PrivateKey):
        raise ValueError(f"{key_file}: must be an X25519 private key in PEM")
    try:
        return _SUITE.decrypt(sealed, key, _info(municipality, issuance))
    except (InvalidTag, ValueError):
        raise ValueError("this evidence was sealed to another key, or is damaged") from None


def _info(municipality: str, issuance: str) -> bytes:
    said = {"issuance": issuance, "municipality": municipality}
    return b"madoguchi/evidence/v1\n" + canonical_json(said)
