"""A paper as it came out: judged by what gateway, terminal and history checker judge it by."""

from dataclasses import dataclass
from functools import cached_property

from checker.evidence.papers import squeezed
from madoguchi_wire.adapter_api import Prepared
from madoguchi_wire.attestation import (
    Attestation,
    Expected,
    check_ciphertext,
    verified_attestation,
)
from madoguchi_wire.encoding import from_base64url, sha256_hex
from madoguchi_wire.errors import AttestationRefused, NotForThisKey, SignatureRefused
from madoguchi_wire.order import Order, order_digest
from madoguchi_wire.sealing import document_info
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core.pages import check_pages, page_texts
from store_terminal_sim.core.problems import DocumentRejected

from madoguchi.conformance.asking import Answered
from madoguchi.conformance.centre.centre import Centre
from madoguchi.conformance.verdicts import Failed
from madoguchi.conformance.visit import Visit


@dataclass(frozen=True)
class Paper:
    """What an adapter answered, and what was asked."""

    visit: Visit
    order: str
    issuance: str
    copy_number: int
    prepared: Prepared
    answered: Answered

    @cached_property
    def claimed(self) -> Attestation:
        """The attestation, as it is said and not yet verified.

        Raises:
            Failed: it is none.

        """
        try:
            return Attestation.parsed(unverified_payload(self.prepared.attestation))
        except SignatureRefused as error:
            raise Failed("an attestation (JWS) in its one spelling", str(error)) from None

    @property
    def ciphertext(self) -> bytes:
        """The sealed document."""
        return from_base64url(self.prepared.ciphertext)

    def expected(self, build: str) -> Expected:
        """Return what was asked, of this build."""
        asked = Order.parsed(unverified_payload(self.order))
        return Expected(
            issuance=self.issuance,
            order=order_digest(self.order),
            session=self.visit.digest,
            copy_number=self.copy_number,
            municipality=self.visit.municipality,
            kind=asked.options.kind,
            card_certificate=self.visit.card.certificate,
            allowed_builds=frozenset({build}),
            asked_at=asked.ordered_at,
            test=self.visit.terminal.test,
        )

    def check_attested(self, centre: Centre) -> None:
        """Pass if the attestation is the adapter's and says what was asked, whatever its build.

        Raises:
            Failed: it does not.

        """
        expected = self.expected(self.claimed.build)
        keys = centre.trust_list().key_set()
        try:
            # At the moment that it names: its times are another requirement.
            at = max(self.claimed.issued_at, expected.asked_at)
            verified_attestation(self.prepared.attestation, keys, expected, at)
            check_ciphertext(self.claimed, self.ciphertext)
        except AttestationRefused as error:
            if not error.detail.endswith(("issued_at.", "expires_at.")):
                raise Failed("an attestation of what was asked", error.detail) from None

    def document(self) -> bytes:
        """Return the PDF, opened as the terminal opens it.

        Raises:
            Failed: it does not open.

        """
        info = document_info(self.issuance, order_digest(self.order))
        try:
            return self.visit.opening_key.open(self.ciphertext, info)
        except NotForThisKey:
            expected = "a document sealed to this session, issuance and order"
            raise Failed(expected, "bytes that do not open for them") from None

    def check_pages(self) -> None:
        """Pass if the PDF is the attested one, and a store's terminal would print its pages.

        Raises:
            Failed: it is not.

        """
        document = self.document()
        if sha256_hex(document) != self.claimed.document_sha256:
            raise Failed("the PDF whose SHA-256 is attested", "another one")
        try:
            check_pages(page_texts(document), self.issuance, self.claimed.pages)
        except DocumentRejected as error:
            raise Failed("a document that a terminal prints", str(error)) from None

    def text(self) -> str:
        """Return the text of all pages, in one form and without spaces.

        Raises:
            Failed: it is not a PDF that can be read.

        """
        try:
            return "".join(squeezed(page) for page in page_texts(self.document()))
        except DocumentRejected as error:
            raise Failed("a PDF that can be read", str(error)) from None
