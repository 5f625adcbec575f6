"""An order of one cardholder, as the adapter has it after verification."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey, TrustedKey
from madoguchi_wire.order import (
    Kind,
    Options,
    Order,
    ResidentRecordOptions,
    SealRegistrationOptions,
    order_digest,
    verified_order,
)
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement, SessionVerifier, SignedSession, VerifiedSession
from municipal_adapter.municipality.file import KindRules
from municipal_adapter.requests.prepare_request import PrepareRequest
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.testing.enrolled import enrolled

GATEWAY, TERMINAL, MUNICIPALITY = "centre.bench.example", "bench-1", "122033"


class Cardholder:
    """Somebody with a card in the slot, who orders."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        authority = CardAuthoritySim.create("bench-card", KeyKind.P_384, now - timedelta(days=9))
        self._key, registrar = SigningKey.generate(), SigningKey.generate()
        self._session = _session(authority, registrar, self._key, now)
        self._verified = _verified(authority, registrar, self._session, now)

    def request(self, kind: Kind, issuance: str) -> PrepareRequest:
        """Return a verified request to prepare one copy."""
        options: Options = ResidentRecordOptions(relationship=True, honseki=True)
        if kind is Kind.SEAL_REGISTRATION:
            options = SealRegistrationOptions()
        now = datetime.now(UTC)
        token = Order(
            session=self._verified.digest,
            options=options,
            copies=1,
            tariff_version="2010-02",
            unit_price=250,
            nonce=to_base64url(UUID(issuance).bytes + b"bench-no"),
            ordered_at=now,
        ).signed_by(self._key)
        return PrepareRequest(
            issuance=UUID(issuance),
            session=self._verified,
            order=verified_order(token, self._verified),
            order_digest=order_digest(token),
            copy_number=1,
            accepted_on=now.date(),
            deadline=now + timedelta(seconds=30),
            rules=KindRules(),
        )


def _session(
    authority: CardAuthoritySim, registrar: SigningKey, key: SigningKey, now: datetime
) -> str:
    terminal, card = SigningKey.generate(), authority.issue(now - timedelta(days=8))
    statement = SessionStatement(
        gateway=GATEWAY,
        terminal=TERMINAL,
        municipality=MUNICIPALITY,
        signing_key=key.public,
        sealing_key=to_base64url(OpeningKey(SealingSuite.X25519).public),
        sealing_suite=SealingSuite.X25519,
        challenge="challenge",
        beacon="beacon",
        opened_at=now,
    )
    return SignedSession(
        statement=statement,
        card_certificate=to_base64url(card.certificate),
        card_signature=to_base64url(card.sign(statement.message(), card.pin)),
        enrolment=enrolled(registrar, TERMINAL, terminal, now),
    ).signed_by(terminal)


def _verified(
    authority: CardAuthoritySim, registrar: SigningKey, session: str, now: datetime
) -> VerifiedSession:
    trusted = TrustedKey(
        kid=registrar.kid,
        purpose=KeyPurpose.ENROLMENT,
        owner=GATEWAY,
        public_key=registrar.public,
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=1),
    )
    verifier = SessionVerifier(GATEWAY, KeySet([trusted]), CardVerifier([authority.as_trusted()]))
    return verifier.verify(session, MUNICIPALITY, now)
