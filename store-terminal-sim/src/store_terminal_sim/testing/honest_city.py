"""An honest municipality in memory: attests and seals a plain document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from madoguchi_wire.attestation import Attestation, new_card_commitment
from madoguchi_wire.encoding import from_base64url, sha256_hex
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import order_digest, verified_order
from madoguchi_wire.sealing import document_info, seal
from madoguchi_wire.session import VerifiedSession

from store_terminal_sim.testing.plain_pdf import certificate_pdf

BUILD = "build-of-the-honest-city"
PAGES = 2


def unaltered(attestation: Attestation) -> Attestation:
    """Leave an attestation as it is."""
    return attestation


@dataclass
class HonestCity:
    """Makes documents; tests alter what it attests or draws."""

    municipality: str
    key: SigningKey = field(default_factory=SigningKey.generate)
    alter: Callable[[Attestation], Attestation] = unaltered
    draw: Callable[[str, int], bytes] = certificate_pdf

    def prepare(
        self, issuance: str, session: VerifiedSession, order: str, copy_number: int, at: datetime
    ) -> tuple[str, bytes]:
        """Return attestation and ciphertext of one copy of an order (JWS)."""
        digest, asked = order_digest(order), verified_order(order, session)
        document = self.draw(issuance, PAGES)
        statement = session.statement
        ciphertext = seal(
            document,
            from_base64url(statement.sealing_key),
            statement.sealing_suite,
            document_info(issuance, digest),
        )
        salt, commitment = new_card_commitment(session.certificate_der)
        attestation = Attestation(
            issuance=issuance,
            order=digest,
            session=session.digest,
            copy_number=copy_number,
            card_salt=salt,
            card_commitment=commitment,
            municipality=self.municipality,
            kind=asked.options.kind,
            certificate_number=issuance[:18],
            pages=PAGES,
            document_sha256=sha256_hex(document),
            ciphertext_sha256=sha256_hex(ciphertext),
            records_version="1",
            build=BUILD,
            templates=sha256_hex(b"templates"),
            fonts=sha256_hex(b"fonts"),
            test=session.test,
            issued_at=at,
            expires_at=at + timedelta(minutes=10),
        )
        return self.alter(attestation).signed_by(self.key), ciphertext
