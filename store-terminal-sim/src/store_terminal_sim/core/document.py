"""The document: fetched sealed, held against what was asked, opened, and its pages looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi_wire.attestation import (
    Attestation,
    Expected,
    check_ciphertext,
    verified_attestation,
)
from madoguchi_wire.encoding import sha256_hex
from madoguchi_wire.errors import AttestationRefused, NotForThisKey, SignatureRefused
from madoguchi_wire.gateway_api import OrderedIssuance
from madoguchi_wire.sealing import OpeningKey, document_info
from madoguchi_wire.signed import unverified_payload

from store_terminal_sim.core.access import authorised
from store_terminal_sim.core.calls import Call
from store_terminal_sim.core.effects import Flow
from store_terminal_sim.core.ordering import PlacedOrder
from store_terminal_sim.core.pages import check_pages, page_texts
from store_terminal_sim.core.problems import DocumentRejected
from store_terminal_sim.core.session import OpenedSession
from store_terminal_sim.core.terminal import HeldTrustList, Terminal

DOCUMENT_TIME = timedelta(seconds=20)


@dataclass(frozen=True)
class SealedDocument:
    """What the gateway delivered, not yet judged."""

    attestation: str
    ciphertext: bytes


@dataclass(frozen=True)
class OpenedDocument:
    """A document that holds in every point."""

    document: bytes
    """The PDF."""
    attestation: Attestation


def fetch_document(terminal: Terminal, issuance: str) -> Flow[SealedDocument]:
    """Fetch the sealed document; asking again gets the same bytes.

    Raises:
        GatewayRefused, GatewaySilent: see `calls.send`.

    """
    call = Call("GET", f"/v1/issuances/{issuance}/document")
    deadline = terminal.clock.now() + DOCUMENT_TIME
    response = yield from authorised(terminal, lambda: call, deadline)
    return SealedDocument(response.headers.get("madoguchi-attestation", ""), response.body)


def expected_of(
    issued: OrderedIssuance,
    order: PlacedOrder,
    session: OpenedSession,
    trust: HeldTrustList,
    *,
    test: bool,
) -> Expected:
    """Return what the terminal itself knows about the document it waits for."""
    municipality = session.menu.municipality.code
    return Expected(
        issuance=str(issued.issuance),
        order=order.digest,
        session=session.digest,
        copy_number=issued.copy_number,
        municipality=municipality,
        kind=order.kind,
        card_certificate=session.card_certificate,
        allowed_builds=trust.trust.builds_of(municipality),
        asked_at=order.ordered_at,
        test=test,
    )


def opened_document(
    sealed: SealedDocument,
    expected: Expected,
    key: OpeningKey,
    trust: HeldTrustList,
    at: datetime,
) -> OpenedDocument:
    """Return the document, if attestation, seal, digest and every page hold.

    Raises:
        DocumentRejected: naming what does not hold.

    """
    try:
        attestation = verified_attestation(sealed.attestation, trust.keys, expected, at)
        check_ciphertext(attestation, sealed.ciphertext)
        info = document_info(expected.issuance, expected.order)
        document = key.open(sealed.ciphertext, info)
    except AttestationRefused as error:
        raise DocumentRejected(error.detail) from error
    except NotForThisKey as error:
        raise DocumentRejected("The sealed document does not open in this session.") from error
    if sha256_hex(document) != attestation.document_sha256:
        raise DocumentRejected("The opened document is not the attested one.")
    check_pages(page_texts(document), expected.issuance, attestation.pages)
    return OpenedDocument(document, attestation)


def has_expired(attestation: str, at: datetime) -> bool:
    """Tell whether an attestation says of itself that its time is over, before it is verified.

    A liar gains a voided paper from it, and nothing else.
    """
    try:
        return Attestation.parsed(unverified_payload(attestation)).expires_at <= at
    except SignatureRefused:
        return False
