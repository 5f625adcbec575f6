"""The municipality's word about a document, and the document sealed to its session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi_wire.attestation import Attestation, new_card_commitment
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.sealing import document_info

from municipal_adapter.claims.claim import Answer
from municipal_adapter.requests.prepare_request import PrepareRequest
from municipal_adapter.requests.sealed import sealed_to

ATTESTATION_LIFETIME = timedelta(minutes=10)
"""Time to choose, to put coins in and to print. The terminal judges it before it takes money, and
a paper that nobody paid for by then is not wanted any more."""


@dataclass(frozen=True)
class Document:
    """A finished document that was read back, and what it was made from and with."""

    pdf: bytes
    pages: int
    certificate_number: str
    records_version: str
    build: str
    templates: str
    fonts: str
    paper: str
    """Digest of what it says."""
    test: bool
    """Whether it is a test paper (見本)."""


def attested(document: Document, request: PrepareRequest, key: SigningKey, now: datetime) -> Answer:
    """Return the answer for one copy: attestation by `key`, document sealed to the session.

    Raises:
        SessionRefused: the session's sealing key cannot be used.

    """
    info = document_info(str(request.issuance), request.order_digest)
    ciphertext = sealed_to(request.session, document.pdf, info)
    attestation = _attestation(document, request, sha256_hex(ciphertext), now)
    return Answer(
        attestation=attestation.signed_by(key),
        ciphertext=ciphertext,
        expires_at=attestation.expires_at,
        certificate_number=document.certificate_number,
        paper=document.paper,
    )


def _attestation(
    document: Document, request: PrepareRequest, ciphertext_sha256: str, now: datetime
) -> Attestation:
    salt, commitment = new_card_commitment(request.session.certificate_der)
    return Attestation(
        issuance=str(request.issuance),
        order=request.order_digest,
        session=request.session.digest,
        copy_number=request.copy_number,
        card_salt=salt,
        card_commitment=commitment,
        municipality=request.session.statement.municipality,
        kind=request.order.options.kind,
        certificate_number=document.certificate_number,
        pages=document.pages,
        document_sha256=sha256_hex(document.pdf),
        ciphertext_sha256=ciphertext_sha256,
        records_version=document.records_version,
        build=document.build,
        templates=document.templates,
        fonts=document.fonts,
        test=document.test,
        issued_at=now,
        expires_at=now + ATTESTATION_LIFETIME,
    )
