"""Keys and signatures that are the same for the same seed, so that vectors can be compared.

Nothing but vectors may be signed so: everybody has these keys.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from madoguchi_wire.keys import SigningKey, key_id

_ORDERS: Mapping[str, int] = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
        "581A0DB248B0A77AECEC196ACCC52973",
        16,
    ),
}


class SteadyKey(ec.EllipticCurvePrivateKey):
    """A private key whose signatures have no chance in them (RFC 6979)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def __copy__(self) -> "SteadyKey":
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> "SteadyKey":
        return self

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        """As the key."""
        return self._key.exchange(algorithm, peer_public_key)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """As the key."""
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        """As the key."""
        return self._key.curve

    @property
    def key_size(self) -> int:
        """As the key."""
        return self._key.key_size

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:  # noqa: ANN401 (bytes-like)
        """Sign as RFC 6979 has it."""
        hashed = signature_algorithm.algorithm
        return self._key.sign(data, ec.ECDSA(hashed, deterministic_signing=True))

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        """As the key."""
        return self._key.private_numbers()

    def private_bytes(
        self,
        encoding: serialization.Encoding = serialization.Encoding.PEM,
        format: serialization.PrivateFormat = serialization.PrivateFormat.PKCS8,  # noqa: A002 (its name there)
        encryption_algorithm: serialization.KeySerializationEncryption | None = None,
    ) -> bytes:
        """As the key."""
        encryption = encryption_algorithm or serialization.NoEncryption()
        return self._key.private_bytes(encoding, format, encryption)


@dataclass(frozen=True)
class Seed:
    """Where everything random of vectors comes from."""

    text: str

    def drawn(self, name: str, length: int) -> bytes:
        """Return bytes that are the same for the same name."""
        said = f"madoguchi/vectors/v1\n{self.text}\n{name}".encode()
        return hashlib.shake_256(said).digest(length)

    def number(self, name: str) -> int:
        """Return a number of 16 bytes, positive."""
        return int.from_bytes(self.drawn(name, 16)) | 1

    def key(self, name: str, curve: ec.EllipticCurve | None = None) -> SteadyKey:
        """Return a private key; P-256 unless told otherwise."""
        on = curve or ec.SECP256R1()
        order = _ORDERS[on.name]
        scalar = int.from_bytes(self.drawn(name, 64)) % (order - 1) + 1
        return SteadyKey(ec.derive_private_key(scalar, on))

    def signing_key(self, name: str) -> SigningKey:
        """Return a P-256 key with its kid."""
        key = self.key(name)
        return SigningKey(key, key_id(key.public_key()))

    def sealing_key(self, name: str) -> X25519PrivateKey:
        """Return an X25519 key."""
        return X25519PrivateKey.from_private_bytes(self.drawn(name, 32))
