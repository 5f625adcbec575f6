"""Signing what no honest party signs: payloads and signatures as somebody who forges makes them."""

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from madoguchi_wire.encoding import canonical_json, from_base64url, to_base64url
from madoguchi_wire.keys import SigningKey

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF = 32
"""Bytes of r, and of s behind it."""


def signed_payload(payload: bytes, typ: str, key: SigningKey) -> str:
    """Return any payload as a compact JWS whose signature holds and has the low s."""
    header = canonical_json({"alg": "ES256", "kid": key.kid, "typ": typ})
    signing = f"{to_base64url(header)}.{to_base64url(payload)}"
    signature = key.private.sign(signing.encode(), ec.ECDSA(SHA256()))
    r, s = utils.decode_dss_signature(signature)
    raw = r.to_bytes(_HALF) + min(s, P256_ORDER - s).to_bytes(_HALF)
    return f"{signing}.{to_base64url(raw)}"


def with_payload(token: str, payload: bytes) -> str:
    """Return a token with another payload under the signature that it had."""
    header, _, signature = token.split(".")
    return f"{header}.{to_base64url(payload)}.{signature}"


def with_other_s(token: str) -> str:
    """Return the same statement under the other of its two signatures."""
    signing, _, signature = token.rpartition(".")
    raw = from_base64url(signature)
    other = P256_ORDER - int.from_bytes(raw[_HALF:])
    return f"{signing}.{to_base64url(raw[:_HALF] + other.to_bytes(_HALF))}"
