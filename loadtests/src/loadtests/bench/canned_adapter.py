"""An adapter that really seals and attests, and does nothing else: no records, rules, rendering.

Both sides of the bench call it, so that what differs is the gateway alone.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from madoguchi_wire.adapter_api import OutcomeStatement, Prepared, PrepareStatement
from madoguchi_wire.attestation import Attestation, new_card_commitment
from madoguchi_wire.clock import Clock, instant_text
from madoguchi_wire.encoding import from_base64url, sha256_hex, to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Order
from madoguchi_wire.sealing import document_info, seal
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import token_digest, unverified_payload

from loadtests.bench.canned_document import CannedDocument


@dataclass(frozen=True)
class CannedAdapter:
    """Answers as a municipality's adapter answers, with a canned document."""

    municipality: str
    key: SigningKey
    build: str
    clock: Clock
    document: CannedDocument

    def prepare(self, token: str) -> Prepared:
        """Seal and attest the canned document for the issuance that `token` asks for."""
        asked = PrepareStatement.parsed(unverified_payload(token))
        session = SignedSession.parsed(unverified_payload(asked.session))
        order = Order.parsed(unverified_payload(asked.order))
        document = self.document.of(asked.issuance)
        digest = token_digest(asked.order)
        sealed = seal(
            document,
            from_base64url(session.statement.sealing_key),
            session.statement.sealing_suite,
            document_info(asked.issuance, digest),
        )
        salt, commitment = new_card_commitment(from_base64url(session.card_certificate))
        now = self.clock.now()
        attestation = Attestation(
            issuance=asked.issuance,
            order=digest,
            session=token_digest(asked.session),
            copy_number=asked.copy_number,
            card_salt=salt,
            card_commitment=commitment,
            municipality=self.municipality,
            kind=order.options.kind,
            certificate_number="CANNED",
            pages=1,
            document_sha256=sha256_hex(document),
            ciphertext_sha256=sha256_hex(sealed),
            records_version="canned",
            build=self.build,
            templates=sha256_hex(b"canned"),
            fonts=sha256_hex(b"canned"),
            test=False,
            issued_at=now,
            expires_at=now + timedelta(minutes=10),
        )
        return Prepared(
            attestation=attestation.signed_by(self.key), ciphertext=to_base64url(sealed)
        )

    def answer(self, path: str, body: bytes) -> bytes:
        """Return the JSON answer to one request."""
        if path.endswith("/beacon"):
            good_until = instant_text(self.clock.now() + timedelta(minutes=1))
            return json.dumps({"beacon": "canned", "good_until": good_until}).encode()
        token: str = json.loads(body)["request"]
        if path.endswith("/prepare"):
            return self.prepare(token).model_dump_json().encode()
        outcome = OutcomeStatement.parsed(unverified_payload(token))
        return json.dumps({"issuance": outcome.issuance, "outcome": outcome.outcome}).encode()
