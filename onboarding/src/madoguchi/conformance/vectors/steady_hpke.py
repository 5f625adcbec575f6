"""HPKE (RFC 9180, base mode, X25519 with AES-256-GCM) with a given one-time key, for vectors alone.

It is written from the RFC and not from our wire, so that vectors say what others must open.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_KEM = b"KEM" + b"\x00\x20"
_SUITE = b"HPKE" + b"\x00\x20" + b"\x00\x01" + b"\x00\x02"
_BASE_MODE = b"\x00"
_SECRET_BYTES, _KEY_BYTES, _NONCE_BYTES = 32, 32, 12


def sealed(plain: bytes, public: bytes, one_time: X25519PrivateKey, info: bytes) -> bytes:
    """Return what only the owner of the public key opens; the one-time public key comes first."""
    encapsulated = one_time.public_key().public_bytes_raw()
    shared = one_time.exchange(X25519PublicKey.from_public_bytes(public))
    extracted = _extract(_KEM, b"", b"eae_prk", shared)
    secret = _expand(_KEM, extracted, b"shared_secret", encapsulated + public, _SECRET_BYTES)
    context = (
        _BASE_MODE
        + _extract(_SUITE, b"", b"psk_id_hash", b"")
        + _extract(_SUITE, b"", b"info_hash", info)
    )
    scheduled = _extract(_SUITE, secret, b"secret", b"")
    key = _expand(_SUITE, scheduled, b"key", context, _KEY_BYTES)
    nonce = _expand(_SUITE, scheduled, b"base_nonce", context, _NONCE_BYTES)
    return encapsulated + AESGCM(key).encrypt(nonce, plain, b"")


def _extract(suite: bytes, salt: bytes, label: bytes, value: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + value, hashlib.sha256)


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=SHA256(), length=length, info=labelled).derive(secret)
