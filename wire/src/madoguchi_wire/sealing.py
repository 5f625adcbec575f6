"""HPKE (RFC 9180): what a municipality seals, only the session's own key opens.

`info` carries what the sealed bytes belong to, so that a document for one session or order
cannot be opened in another, whatever a queue, a cache or a gateway mixes up.
"""

from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.errors import NotForThisKey


class SealingSuite(StrEnum):
    """The suites that a session may choose."""

    X25519 = "HPKE-X25519-HKDF-SHA256-AES-256-GCM"
    MLKEM768_X25519 = "HPKE-MLKEM768-X25519-HKDF-SHA256-AES-256-GCM"


_HPKE = {
    SealingSuite.X25519: hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    SealingSuite.MLKEM768_X25519: hpke.Suite(
        hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM
    ),
}

_MLKEM768_PUBLIC_BYTES = 1184
_X25519_BYTES = 32
_X25519_PRIME = 2**255 - 19


class OpeningKey:
    """The one-time private key of a session that opens what was sealed to it."""

    def __init__(self, suite: SealingSuite) -> None:
        self.suite = suite
        x25519 = X25519PrivateKey.generate()
        self._private: X25519PrivateKey | hpke.MLKEM768X25519PrivateKey = x25519
        self.public = x25519.public_key().public_bytes_raw()
        """The public key in raw form: 32 bytes, behind 1184 of ML-KEM-768 for the hybrid."""
        if suite is SealingSuite.MLKEM768_X25519:
            mlkem768 = mlkem.MLKEM768PrivateKey.generate()
            self._private = hpke.MLKEM768X25519PrivateKey(mlkem768, x25519)
            self.public = mlkem768.public_key().public_bytes_raw() + self.public

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Return the plain bytes.

        Raises:
            NotForThisKey: sealed to another key, for another purpose, or changed since.

        """
        try:
            return _HPKE[self.suite].decrypt(sealed, self._private, info)
        except (InvalidTag, ValueError) as error:
            raise NotForThisKey() from error


def seal(plain: bytes, public: bytes, suite: SealingSuite, info: bytes) -> bytes:
    """Seal `plain` to a session's public key.

    Raises:
        ValueError: `public` is no key of this suite.

    """
    return _HPKE[suite].encrypt(plain, _public_key(public, suite), info)


def check_public_key(public: bytes, suite: SealingSuite) -> None:
    """Pass if something can be sealed to this key, and it is in its one spelling.

    Raises:
        ValueError: it is no key of this suite, makes every secret known, or is spelled otherwise
            than its owner spells it, who could then not open what is sealed to it.

    """
    if int.from_bytes(public[-_X25519_BYTES:], "little") >= _X25519_PRIME:
        raise ValueError("an X25519 key that is not in its canonical spelling")
    seal(b"", public, suite, b"")


def _public_key(
    public: bytes, suite: SealingSuite
) -> X25519PublicKey | hpke.MLKEM768X25519PublicKey:
    if suite is SealingSuite.X25519:
        return X25519PublicKey.from_public_bytes(public)
    mlkem768, x25519 = public[:_MLKEM768_PUBLIC_BYTES], public[_MLKEM768_PUBLIC_BYTES:]
    return hpke.MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(mlkem768),
        X25519PublicKey.from_public_bytes(x25519),
    )


def document_info(issuance: str, order_digest: str) -> bytes:
    """Return the `info` of a sealed document."""
    return b"madoguchi/document/v1\n" + canonical_json(
        {"issuance": issuance, "order": order_digest}
    )


def household_info(session_digest: str, request_digest: str) -> bytes:
    """Return the `info` of a sealed answer to a household request."""
    return b"madoguchi/household/v1\n" + canonical_json(
        {"request": request_digest, "session": session_digest}
    )
