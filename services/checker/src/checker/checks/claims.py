"""What adapters claimed and answered is what the gateway asked for, and each copy once."""

from collections.abc import Iterator

from madoguchi_wire.errors import (
    AdapterBusy,
    AdapterFailed,
    AdapterNonsense,
    AdapterPaused,
    AdapterTimeout,
)
from madoguchi_wire.signed import token_digest

from checker.checks.life import FINAL
from checker.evidence.adapters import Claim
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance
from checker.fault import Fault, FaultName

_SAME = ("order_digest", "copy_number", "session_digest", "terminal")
"""Fields with the same name on both sides."""
_NO_ANSWER = frozenset(
    error.slug
    for error in (AdapterFailed, AdapterBusy, AdapterPaused, AdapterTimeout, AdapterNonsense)
)
"""Problems by which the gateway gave up; what the adapter did meanwhile belongs to nobody."""


def check_claims(evidence: Evidence) -> Iterator[Fault]:
    """Find claims that are missing, doubled, of nobody, or about something else."""
    issuances = {issuance.issuance_id: issuance for issuance in evidence.books.issuances}
    yield from _check_single(evidence)
    claimed: set[tuple[str, str]] = set()
    for code, books in evidence.adapters.items():
        for claim in books.claims:
            claimed.add((code, claim.issuance_id))
            issuance = issuances.get(claim.issuance_id)
            if issuance is None or issuance.municipality != code:
                what = f"{code} claimed it, and the gateway asked nothing of the kind"
                yield Fault(name=FaultName.CLAIM_FOREIGN, where=claim.issuance_id, what=what)
            else:
                yield from _compare(claim, issuance)
    for issuance in evidence.books.issuances:
        was_prepared = issuance.prepared_at is not None
        if was_prepared and (issuance.municipality, issuance.issuance_id) not in claimed:
            what = "it was prepared, and its adapter knows nothing of it"
            yield Fault(name=FaultName.CLAIM_MISSING, where=issuance.issuance_id, what=what)


def _check_single(evidence: Evidence) -> Iterator[Fault]:
    copies: set[tuple[str, int]] = set()
    ids: set[str] = set()
    numbers: set[tuple[str, str]] = set()
    nonces: set[tuple[str, str, int]] = set()
    for code, books in evidence.adapters.items():
        for claim in books.claims:
            copy = (claim.order_digest, claim.copy_number)
            number = (code, claim.certificate_number)
            nonce = (claim.session_digest, claim.nonce, claim.copy_number)
            for seen, what, new in (
                (copies, "the copy of its order", copy),
                (nonces, "the nonce of its order", nonce),
                (ids, "the issuance", claim.issuance_id),
                (numbers, "the certificate number", number),
            ):
                if new in seen:
                    what = f"{what} has another claim, too"
                    yield Fault(name=FaultName.CLAIM_TWICE, where=claim.issuance_id, what=what)
            copies.add(copy)
            nonces.add(nonce)
            ids.add(claim.issuance_id)
            numbers.add(number)


def _compare(claim: Claim, issuance: Issuance) -> Iterator[Fault]:
    for field in _SAME:
        if getattr(claim, field) != getattr(issuance, field):
            yield _differs(claim, field)
    if issuance.attestation is not None:
        if claim.attestation != token_digest(issuance.attestation):
            yield _differs(claim, "the adapter answered another attestation")
        if claim.certificate_number != issuance.certificate_number:
            yield _differs(claim, "certificate_number")
    prepared, refused = claim.attestation is not None, issuance.state == "refused"
    if prepared and refused and issuance.problem not in _NO_ANSWER:
        yield _differs(claim, f"the adapter prepared it, and it was refused: {issuance.problem}")
    if claim.is_kept and issuance.state in FINAL:
        what = f"its issuance is {issuance.state}"
        yield Fault(name=FaultName.ANSWER_KEPT, where=claim.issuance_id, what=what)


def _differs(claim: Claim, what: str) -> Fault:
    return Fault(name=FaultName.CLAIM_DIFFERS, where=claim.issuance_id, what=what)
