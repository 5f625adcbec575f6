"""A cardholder at a terminal of the test centre: signs as terminals do, but for what is forged."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import (
    HouseholdRequest,
    Options,
    Order,
    ResidentRecordOptions,
)
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement
from madoguchi_wire.signed import token_digest
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.effects import CardSignature
from store_terminal_sim.core.session import countersigned
from store_terminal_sim.core.terminal import TerminalIdentity


@dataclass
class Visit:
    """One session, from the card's signature on."""

    terminal: TerminalIdentity
    card: VirtualCard
    municipality: str
    beacon: str
    suite: SealingSuite = SealingSuite.X25519
    says: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the session says otherwise than an honest one."""
    key: SigningKey = field(default_factory=SigningKey.generate, repr=False)
    opening_key: OpeningKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.opening_key = OpeningKey(self.suite)

    @cached_property
    def statement(self) -> SessionStatement:
        """What the card signs."""
        honest: dict[str, Any] = {
            "gateway": self.terminal.gateway,
            "terminal": self.terminal.terminal,
            "municipality": self.municipality,
            "signing_key": self.key.public,
            "sealing_key": to_base64url(self.opening_key.public),
            "sealing_suite": self.suite,
            "challenge": to_base64url(secrets.token_bytes(24)),
            "beacon": self.beacon,
            "opened_at": datetime.now(UTC),
        }
        return SessionStatement.model_validate(honest | self.says)

    @cached_property
    def signature(self) -> CardSignature:
        """What comes out of the card."""
        signed = self.card.sign(self.statement.message(), self.card.pin)
        return CardSignature(self.card.certificate, signed)

    @cached_property
    def session(self) -> str:
        """The signed session (JWS)."""
        return countersigned(self.terminal, self.statement, self.signature)

    @property
    def digest(self) -> str:
        """By which orders name the session."""
        return token_digest(self.session)

    def order(
        self,
        options: Options | None = None,
        copies: int = 1,
        *,
        key: SigningKey | None = None,
        **says: Any,  # noqa: ANN401 (what is forged)
    ) -> str:
        """Return an order (JWS); `says` is what it says otherwise than an honest one."""
        honest: dict[str, Any] = {
            "session": self.digest,
            "options": options or ResidentRecordOptions(),
            "copies": copies,
            "tariff_version": "conformance",
            "unit_price": 250,
            "nonce": new_nonce(),
            "ordered_at": datetime.now(UTC),
        }
        return Order.model_validate(honest | says).signed_by(key or self.key)

    def household_request(self, key: SigningKey | None = None) -> str:
        """Return a request to see the household (JWS)."""
        asked = HouseholdRequest(
            session=self.digest, nonce=new_nonce(), requested_at=datetime.now(UTC)
        )
        return asked.signed_by(key or self.key)


def new_nonce() -> str:
    """Return what no order had before."""
    return to_base64url(secrets.token_bytes(24))
