"""Vectors of attestations, sealed documents and pages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from madoguchi_wire.attestation import Attestation, card_commitment
from madoguchi_wire.encoding import sha256_hex, to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind, order_digest
from madoguchi_wire.sealing import document_info
from madoguchi_wire.signed import token_digest
from store_terminal_sim.testing.plain_pdf import certificate_pdf, plain_pdf

from madoguchi.conformance.vectors.cast import AT, BUILD, ISSUANCE, MUNICIPALITY, OTHER, Cast
from madoguchi.conformance.vectors.steady_hpke import sealed
from madoguchi.conformance.vectors.vector import Vector, numbered

ANOTHER = str(UUID(int=UUID(ISSUANCE).int ^ 1))
PAGES = 2
_REFUSED = "attestation-refused"


def document(cast: Cast, issuance: str = ISSUANCE, key: str = "session") -> bytes:
    """Return the good document, sealed to a key and for an issuance."""
    public = cast.seed.sealing_key(key).public_key().public_bytes_raw()
    info = document_info(issuance, order_digest(cast.order()))
    return sealed(certificate_pdf(ISSUANCE, PAGES), public, cast.seed.sealing_key("once"), info)


def _attestation(cast: Cast, **says: Any) -> Attestation:  # noqa: ANN401 (what is false)
    salt = cast.seed.drawn("salt", 16)
    honest: dict[str, Any] = {
        "issuance": ISSUANCE,
        "order": order_digest(cast.order()),
        "session": token_digest(cast.session()),
        "copy_number": 1,
        "card_salt": to_base64url(salt),
        "card_commitment": card_commitment(salt, cast.card().certificate),
        "municipality": MUNICIPALITY,
        "kind": Kind.RESIDENT_RECORD,
        "certificate_number": "000000000001",
        "pages": PAGES,
        "document_sha256": sha256_hex(certificate_pdf(ISSUANCE, PAGES)),
        "ciphertext_sha256": sha256_hex(document(cast)),
        "records_version": "7",
        "build": BUILD,
        "templates": "c" * 64,
        "fonts": "d" * 64,
        "test": False,
        "issued_at": AT,
        "expires_at": AT + timedelta(minutes=10),
    }
    return Attestation.model_validate(honest | says)


def attestation_vectors(cast: Cast) -> list[Vector]:
    """Return attestations, held against what was asked."""
    asked = {
        "issuance": ISSUANCE,
        "order": order_digest(cast.order()),
        "session": token_digest(cast.session()),
        "copy_number": 1,
        "municipality": MUNICIPALITY,
        "kind": Kind.RESIDENT_RECORD,
        "card_certificate": to_base64url(cast.card().certificate),
        "build": BUILD,
        "asked_at": (AT - timedelta(seconds=10)).isoformat(),
        "at": AT.isoformat(),
    }
    own = cast.key(MUNICIPALITY)
    false: dict[str, dict[str, Any]] = {
        "about another issuance": {"issuance": ANOTHER},
        "about another order": {"order": "0" * 64},
        "about another session": {"session": "0" * 64},
        "about another copy": {"copy_number": 2},
        "about another card": {"card_commitment": "0" * 64},
        "about another kind": {"kind": Kind.SEAL_REGISTRATION},
        "by a build that is not allowed": {"build": "0" * 64},
        "of a test, where none was asked for": {"test": True},
        "good for an hour": {"expires_at": AT + timedelta(hours=1)},
        "that has ended": {"issued_at": AT - timedelta(seconds=9), "expires_at": AT},
    }
    vectors: list[tuple[str, Attestation, SigningKey, str | None]] = [
        ("as it was asked for", _attestation(cast), own, None),
        *((what, _attestation(cast, **says), own, _REFUSED) for what, says in false.items()),
        ("by another municipality's key", _attestation(cast), cast.key(OTHER), _REFUSED),
        ("by a stranger's key", _attestation(cast), cast.key("stranger"), _REFUSED),
    ]
    return numbered(
        "AT",
        [
            (what, {"token": said.signed_by(key), "asked": asked}, reason)
            for what, said, key, reason in vectors
        ],
    )


def sealed_vectors(cast: Cast) -> list[Vector]:
    """Return sealed documents, to be opened by the good session for the good order."""
    good, refused = document(cast), "sealed-for-another"
    last = bytes([good[-1] ^ 1])
    documents: list[tuple[str, bytes, str | None]] = [
        ("for this session, issuance and order", good, None),
        ("for another session", document(cast, key="another session"), refused),
        ("for another issuance", document(cast, ANOTHER), refused),
        ("with its last bit changed", good[:-1] + last, refused),
        ("cut", good[:40], refused),
    ]
    info = to_base64url(document_info(ISSUANCE, order_digest(cast.order())))
    return numbered(
        "SD",
        [
            (what, {"ciphertext": to_base64url(ciphertext), "info": info}, reason)
            for what, ciphertext, reason in documents
        ],
    )


def page_documents() -> list[tuple[str, bytes, str | None]]:
    """Return documents by what is right or wrong with them."""

    def pages(*texts: str) -> bytes:
        return plain_pdf(_with_id(texts))

    one_id = "A page does not show the id of this issuance alone."
    number = "A page does not show its number and the number of pages."
    return [
        ("two good pages", certificate_pdf(ISSUANCE, PAGES), None),
        (
            "the second page of another issuance",
            plain_pdf([f"{ISSUANCE} page 1/2", f"{ANOTHER} page 2/2"]),
            one_id,
        ),
        ("two ids on one page", pages("1/2", f"2/2 {ANOTHER}"), one_id),
        ("no id on a page", plain_pdf([f"{ISSUANCE} page 1/2", "page 2/2"]), one_id),
        ("a page missing", pages("1/2"), "The number of pages is not the attested one."),
        (
            "a page too many",
            pages("1/2", "2/2", "2/2"),
            "The number of pages is not the attested one.",
        ),
        ("pages in another order", pages("2/2", "1/2"), number),
        ("another number of pages", pages("1/3", "2/3"), number),
        ("no PDF", b"not a document", "The document is not a PDF that can be read."),
    ]


def _with_id(texts: Sequence[str]) -> list[str]:
    return [f"{ISSUANCE} page {text}" for text in texts]


def page_vectors() -> list[Vector]:
    """Return documents that are attested to have two pages of the good issuance."""
    return numbered(
        "PD",
        [
            (
                what,
                {"file": f"pdf/{number:02}.pdf", "issuance": ISSUANCE, "attested_pages": PAGES},
                reason,
            )
            for number, (what, _, reason) in enumerate(page_documents(), start=1)
        ],
    )
