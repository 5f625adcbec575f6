"""One cardholder at one terminal: signs sessions and orders, and opens what is sealed to them."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import HouseholdRequest, Options, Order, ResidentRecordOptions
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement, SignedSession
from madoguchi_wire.signed import token_digest
from store_terminal_sim.cards.virtual_card import VirtualCard

from municipal_adapter_testing.centre import GATEWAY, TERMINALS


@dataclass
class Visit:
    """A session from the card's signature on."""

    card: VirtualCard
    terminal_key: SigningKey
    enrolment: str
    municipality: str
    beacon: str
    terminal: str = TERMINALS[0]
    gateway: str = GATEWAY
    opened_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    suite: SealingSuite = SealingSuite.X25519
    card_signature: bytes | None = None
    """A signature to use instead of the card's own, for tests of what is refused."""
    session_key: SigningKey = field(default_factory=SigningKey.generate)
    opening_key: OpeningKey = field(init=False)
    session: str = field(init=False)
    """The signed session."""

    def __post_init__(self) -> None:
        self.opening_key = OpeningKey(self.suite)
        self.session = self.sign()

    @property
    def digest(self) -> str:
        """Digest of the signed session."""
        return token_digest(self.session)

    def statement(self) -> SessionStatement:
        """Return what the card signs."""
        return SessionStatement(
            gateway=self.gateway,
            terminal=self.terminal,
            municipality=self.municipality,
            signing_key=self.session_key.public,
            sealing_key=to_base64url(self.opening_key.public),
            sealing_suite=self.suite,
            challenge="challenge",
            beacon=self.beacon,
            opened_at=self.opened_at,
        )

    def sign(self) -> str:
        """Return the session as card and terminal sign it."""
        statement = self.statement()
        signature = self.card_signature or self.card.sign(statement.message(), self.card.pin)
        return SignedSession(
            statement=statement,
            card_certificate=to_base64url(self.card.certificate),
            card_signature=to_base64url(signature),
            enrolment=self.enrolment,
        ).signed_by(self.terminal_key)

    def order(
        self,
        options: Options | None = None,
        copies: int = 1,
        *,
        key: SigningKey | None = None,
        session: str | None = None,
        at: datetime | None = None,
    ) -> str:
        """Return an order, signed by the session's key."""
        return Order(
            session=session or self.digest,
            options=options or ResidentRecordOptions(),
            copies=copies,
            tariff_version="2010-02",
            unit_price=250,
            nonce=_nonce(),
            ordered_at=at or datetime.now(UTC),
        ).signed_by(key or self.session_key)

    def household_request(self, *, key: SigningKey | None = None) -> str:
        """Return a request to see the household, signed by the session's key."""
        return HouseholdRequest(
            session=self.digest, nonce=_nonce(), requested_at=datetime.now(UTC)
        ).signed_by(key or self.session_key)


def _nonce() -> str:
    return to_base64url(secrets.token_bytes(24))
