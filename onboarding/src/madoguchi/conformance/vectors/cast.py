"""Who signs in the vectors: a centre, two terminals, two municipalities, a card, a session."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from madoguchi_wire.card_certificates import CardAuthority
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.enrolment import Enrolment
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.order import Order, ResidentRecordOptions
from madoguchi_wire.sealing import SealingSuite
from madoguchi_wire.session import SessionStatement
from madoguchi_wire.signed import token_digest
from madoguchi_wire.trust_list import AllowedBuild, TrustList
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.cards.profiles import (
    CardProfile,
    CertificateKind,
    authority_certificate,
    card_certificate,
)
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.effects import CardSignature
from store_terminal_sim.core.session import countersigned
from store_terminal_sim.core.terminal import TerminalIdentity

from madoguchi.conformance.vectors.seeded import Seed

AT = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
"""The moment of all vectors: noon in Japan."""
GATEWAY, MUNICIPALITY, OTHER = "vectors.madoguchi.example", "122033", "131130"
TERMINALS = ("vectors-0001-1", "vectors-0002-1")
ISSUANCE = "6f1c2a54-0b1d-4c8e-9d3a-5a7e0c9b1d20"
BUILD = "b" * 64
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cast:
    """All of them, from one seed."""

    seed: Seed

    def key(self, name: str) -> SigningKey:
        """Return a party's key: root, gateway, registrar, terminal, city, session, stranger."""
        return self.seed.signing_key(name)

    @cached_property
    def trust_list(self) -> TrustList:
        """Whose keys and which build count."""
        owned = [
            (KeyPurpose.GATEWAY_REQUEST, GATEWAY, "gateway"),
            (KeyPurpose.ENROLMENT, GATEWAY, "registrar"),
            (KeyPurpose.ATTESTATION, MUNICIPALITY, MUNICIPALITY),
            (KeyPurpose.ATTESTATION, OTHER, OTHER),
        ]
        return TrustList(
            version=3,
            environment="development",
            issued_at=AT - _DAY,
            expires_at=AT + 30 * _DAY,
            keys=tuple(
                TrustedKey(
                    kid=self.key(name).kid,
                    purpose=purpose,
                    owner=owner,
                    public_key=self.key(name).public,
                    not_before=AT - _DAY,
                    not_after=AT + 30 * _DAY,
                )
                for purpose, owner, name in owned
            ),
            builds=(AllowedBuild(municipality=MUNICIPALITY, build=BUILD),),
        )

    def authority(self, name: str = "authority") -> CardAuthoritySim:
        """Return the card authority, or another one of the same name in its certificate."""
        key = self.seed.key(name, ec.SECP384R1())
        serial = self.seed.number(f"{name} serial")
        years = 366 * _DAY
        certificate = authority_certificate("vectors", key, AT - years, AT + 9 * years, serial)
        return CardAuthoritySim("vectors", KeyKind.P_384, certificate, key)

    @property
    def trusted_authority(self) -> CardAuthority:
        """The authority as others know it."""
        return self.authority().as_trusted()

    def card(
        self,
        name: str = "card",
        kind: CertificateKind = CertificateKind.USER_AUTHENTICATION,
        *,
        until: datetime = AT + 5 * 366 * _DAY,
        authority: str = "authority",
    ) -> VirtualCard:
        """Return a card by its name."""
        issuer = self.authority(authority)
        key = self.seed.key(f"card {name}", ec.SECP384R1())
        profile = CardProfile(kind, AT - 400 * _DAY, until, self.seed.number(f"card {name}"))
        certificate = card_certificate(profile, key, issuer.certificate, issuer.key)
        der = certificate.public_bytes(Encoding.DER)
        return VirtualCard("vectors", der, key, "0000")

    def terminal(self, name: str = TERMINALS[0]) -> TerminalIdentity:
        """Return a terminal as enrolment makes it."""
        return TerminalIdentity(
            terminal=name,
            gateway=GATEWAY,
            addresses=(),
            environment="development",
            token_key=self.key(f"{name}-token"),
            statement_key=self.key(name),
            enrolment=self.enrolment(name),
            trust_root=self.key("root").private.public_key(),
        )

    def enrolment(self, name: str) -> str:
        """Return a terminal's enrolment (JWS)."""
        return Enrolment(
            enrolment=to_base64url(self.seed.drawn(f"enrolment of {name}", 16)),
            terminal=name,
            site=name.rpartition("-")[0],
            chain="vectors",
            statement_key=self.key(name).public,
            token_key=self.key(f"{name}-token").public,
            not_before=AT - _DAY,
            not_after=AT + 30 * _DAY,
        ).signed_by(self.key("registrar"))

    def statement(self, **says: Any) -> SessionStatement:  # noqa: ANN401 (what is forged)
        """Return what the card signs, but for what it says otherwise."""
        sealing = self.seed.sealing_key("session").public_key().public_bytes_raw()
        honest: dict[str, Any] = {
            "gateway": GATEWAY,
            "terminal": TERMINALS[0],
            "municipality": MUNICIPALITY,
            "signing_key": self.key("session").public,
            "sealing_key": to_base64url(sealing),
            "sealing_suite": SealingSuite.X25519,
            "challenge": to_base64url(self.seed.drawn("challenge", 24)),
            "beacon": to_base64url(self.seed.drawn("beacon", 32)),
            "opened_at": AT - timedelta(seconds=20),
        }
        return SessionStatement.model_validate(honest | says)

    def session(
        self,
        card: VirtualCard | None = None,
        terminal: TerminalIdentity | None = None,
        **says: Any,  # noqa: ANN401 (as above)
    ) -> str:
        """Return a signed session (JWS)."""
        card, statement = card or self.card(), self.statement(**says)
        signed = CardSignature(card.certificate, card.sign(statement.message(), card.pin))
        return countersigned(terminal or self.terminal(), statement, signed)

    def order(self, key: SigningKey | None = None, **says: Any) -> str:  # noqa: ANN401 (as above)
        """Return an order of the session (JWS)."""
        honest: dict[str, Any] = {
            "session": token_digest(self.session()),
            "options": ResidentRecordOptions(),
            "copies": 1,
            "tariff_version": "2026-04",
            "unit_price": 250,
            "nonce": to_base64url(self.seed.drawn("nonce", 24)),
            "ordered_at": AT - timedelta(seconds=10),
        }
        return Order.model_validate(honest | says).signed_by(key or self.key("session"))
