"""The gateway's own re-check of what it holds about an issuance, when a terminal doubts it.

What can be judged without the document, which nobody here can open: the attestation against the
issuance once more, the sealed bytes against the attestation, and that no other issuance of the
municipality has the same document or certificate number.
"""

from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose
from madoguchi_wire.kit.pool import Connection

from gateway.issuances.rows import Issuance
from gateway.parts import Gateway

_SEALED = "SELECT ciphertext FROM sealed_documents WHERE issuance_id = $1"
_TWIN = """
    SELECT EXISTS (
        SELECT FROM issuances
        WHERE municipality = $1 AND accepted_on BETWEEN $2::date - 1 AND $2::date + 1
          AND issuance_id <> $3
          AND (document_sha256 = $4 OR ciphertext_sha256 = $5 OR certificate_number = $6))
"""


async def recheck(gateway: Gateway, connection: Connection, issuance: Issuance) -> str | None:
    """Return by name what does not hold; None if nothing was found."""
    if issuance.attestation is None:
        return None
    key = _key(gateway, issuance, issuance.attestation)
    if key is None:
        # Keys and builds change hands in good order: what we cannot judge accuses nobody.
        return None
    try:
        attestation = Attestation.verified(issuance.attestation, key)
    except SignatureRefused:
        return "the stored attestation does not verify"
    expected = {
        "issuance": str(issuance.issuance_id),
        "order": issuance.order_digest,
        "session": issuance.session_digest,
        "copy_number": issuance.copy_number,
        "municipality": issuance.municipality,
        "kind": issuance.kind,
        "test": issuance.test,
    }
    for name, value in expected.items():
        if getattr(attestation, name) != value:
            return f"the stored attestation differs: {name}"
    sealed: bytes | None = await connection.fetchval(_SEALED, issuance.issuance_id)
    if sealed is not None and sha256_hex(sealed) != attestation.ciphertext_sha256:
        return "the sealed document is not the attested one"
    if await _has_twin(connection, issuance, attestation):
        return "another issuance has the same document or certificate number"
    return None


def _key(gateway: Gateway, issuance: Issuance, token: str) -> ec.EllipticCurvePublicKey | None:
    kid, at = Attestation.kid_of(token), gateway.clock.now()
    try:
        _, key = gateway.trust.key_set.find(
            kid, KeyPurpose.ATTESTATION, at, owner=issuance.municipality
        )
    except SignatureRefused:
        return None
    return key


async def _has_twin(connection: Connection, issuance: Issuance, attestation: Attestation) -> bool:
    return await connection.fetchval(
        _TWIN,
        issuance.municipality,
        issuance.accepted_on,
        issuance.issuance_id,
        attestation.document_sha256,
        attestation.ciphertext_sha256,
        attestation.certificate_number,
    )
