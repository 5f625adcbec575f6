"""A certificate that a gateway makes by itself, about whomever it likes, sealed to a session."""

import random
from dataclasses import dataclass

from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import from_base64url, sha256_hex
from madoguchi_wire.gateway_api import PlaceOrder
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import order_digest
from madoguchi_wire.sealing import document_info, seal
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import unverified_payload
from municipal_adapter.certificates.content import build_resident_record
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.synthetic import SyntheticMunicipality


@dataclass(frozen=True)
class Forged:
    """What the terminal gets instead of the municipality's."""

    ciphertext: bytes
    attestation: str


class Forger:
    """Makes certificates that look like the municipality's; what it lacks is the key."""

    def __init__(self, records: SyntheticMunicipality, chance: random.Random) -> None:
        self._records, self._chance = records, chance
        self._renderer, self._key = Renderer(), SigningKey.generate()

    def forged(self, true: str, body: PlaceOrder) -> Forged:
        """Return a forged document with an attestation of its own.

        Args:
            true: the attestation that the municipality gave.
            body: the order as the terminal sent it.

        """
        attestation = Attestation.parsed(unverified_payload(true))
        pdf = self._pdf(attestation)
        statement = SignedSession.parsed(unverified_payload(body.signed_session)).statement
        info = document_info(attestation.issuance, order_digest(body.order))
        public = from_base64url(statement.sealing_key)
        ciphertext = seal(pdf, public, statement.sealing_suite, info)
        changes = {
            "document_sha256": sha256_hex(pdf),
            "ciphertext_sha256": sha256_hex(ciphertext),
            "pages": 1,
        }
        return Forged(ciphertext, attestation.model_copy(update=changes).signed_by(self._key))

    def _pdf(self, attestation: Attestation) -> bytes:
        household = self._chance.choice(self._records.households)
        content = build_resident_record(
            self._records.office,
            household,
            household.members[:1],
            relationship=False,
            honseki=False,
            issued_on=attestation.issued_at.date(),
            certificate_number=attestation.certificate_number,
            issuance=attestation.issuance,
        )
        return self._renderer.render(content).pdf
