"""What the municipality attested is what the gateway's books say."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from madoguchi_wire.attestation import Attestation
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet

from checker.checks.life import is_completed
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName

_SAME = (
    *("municipality", "kind", "copy_number", "certificate_number", "pages"),
    *("document_sha256", "ciphertext_sha256"),
)
"""Fields with the same name on both sides."""


@lru_cache(maxsize=1)
def verified_attestations(evidence: Evidence) -> dict[str, Attestation | None]:
    """Return the attestation of each prepared issuance; None if it does not verify."""
    keys = evidence.trust.key_set()
    return {
        issuance.issuance_id: _verified(issuance.attestation, issuance, keys, evidence.now)
        for issuance in evidence.books.issuances
        if issuance.attestation is not None
    }


def check_attestations(evidence: Evidence) -> Iterator[Fault]:
    """Find attestations that are missing, not the municipality's, or about something else."""
    attestations = verified_attestations(evidence)
    numbers: dict[tuple[str, str], str] = {}
    for issuance in evidence.books.issuances:
        attestation = attestations.get(issuance.issuance_id)
        if attestation is not None:
            yield from _compare(attestation, issuance, evidence)
            number = (attestation.municipality, attestation.certificate_number)
            if numbers.setdefault(number, issuance.issuance_id) != issuance.issuance_id:
                yield _differs(issuance, "the certificate number belongs to another paper")
        elif issuance.attestation is not None or is_completed(issuance):
            what = "the municipality's signature does not verify"
            where = issuance.issuance_id
            yield Fault(name=FaultName.ATTESTATION_INVALID, where=where, what=what)


def _verified(token: str, issuance: Issuance, keys: KeySet, now: datetime) -> Attestation | None:
    try:
        kid = Attestation.kid_of(token)
        _, key = keys.find(kid, KeyPurpose.ATTESTATION, now, owner=issuance.municipality)
        return Attestation.verified(token, key)
    except SignatureRefused:
        return None


def _compare(attestation: Attestation, issuance: Issuance, evidence: Evidence) -> Iterator[Fault]:
    for field in _SAME:
        if getattr(attestation, field) != getattr(issuance, field):
            yield _differs(issuance, field)
    if attestation.issuance != issuance.issuance_id:
        yield _differs(issuance, "issuance")
    if attestation.order != issuance.order_digest:
        yield _differs(issuance, "order")
    if attestation.session != issuance.session_digest:
        yield _differs(issuance, "session")
    if attestation.build not in evidence.trust.builds_of(issuance.municipality):
        yield _differs(issuance, "build")
    if attestation.test is not issuance.test:
        yield _differs(issuance, "test")


def _differs(issuance: Issuance, what: str) -> Fault:
    return Fault(name=FaultName.ATTESTATION_DIFFERS, where=issuance.issuance_id, what=what)
