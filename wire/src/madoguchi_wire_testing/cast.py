"""A terminal, a card, its authority and two cities: who signs what travels on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Any

from madoguchi_wire.card_certificates import CardVerifier
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey, TrustedKey
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement, SessionVerifier, SignedSession, VerifiedSession
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind
from store_terminal_sim.testing.enrolled import enrolled

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
ICHIKAWA, SHIBUYA = "122033", "131130"
GATEWAY = "centre.test"
TERMINAL, OTHER_TERMINAL = "terminal-1", "terminal-2"

AUTHORITY = CardAuthoritySim.create("card", KeyKind.P_384, NOW)
CARD = AUTHORITY.issue(NOW)
REGISTRAR = SigningKey.generate()
TERMINAL_KEY, OTHER_TERMINAL_KEY, TOKEN_KEY = (SigningKey.generate() for _ in range(3))
ICHIKAWA_KEY, SHIBUYA_KEY = SigningKey.generate(), SigningKey.generate()
SESSION_KEY, OPENING_KEY = SigningKey.generate(), OpeningKey(SealingSuite.X25519)


def trusted(key: SigningKey, purpose: KeyPurpose, owner: str) -> TrustedKey:
    """Return the key as a trust list of these days hands it out."""
    return TrustedKey(
        kid=key.kid,
        purpose=purpose,
        owner=owner,
        public_key=key.public,
        not_before=NOW - timedelta(days=1),
        not_after=NOW + timedelta(days=1),
    )


KEYS = KeySet(
    [
        trusted(REGISTRAR, KeyPurpose.ENROLMENT, GATEWAY),
        trusted(ICHIKAWA_KEY, KeyPurpose.ATTESTATION, ICHIKAWA),
        trusted(SHIBUYA_KEY, KeyPurpose.ATTESTATION, SHIBUYA),
    ]
)
ENROLMENT = enrolled(REGISTRAR, TERMINAL, TERMINAL_KEY, NOW, TOKEN_KEY)
OTHER_ENROLMENT = enrolled(REGISTRAR, OTHER_TERMINAL, OTHER_TERMINAL_KEY, NOW)
SESSIONS = SessionVerifier(GATEWAY, KEYS, CardVerifier([AUTHORITY.as_trusted()]))


def session_statement(**changes: Any) -> SessionStatement:  # noqa: ANN401 (what tests forge)
    """Return what the card signs for Ichikawa at the terminal, but for `changes`."""
    said: dict[str, Any] = {
        "gateway": GATEWAY,
        "terminal": TERMINAL,
        "municipality": ICHIKAWA,
        "signing_key": SESSION_KEY.public,
        "sealing_key": to_base64url(OPENING_KEY.public),
        "sealing_suite": OPENING_KEY.suite,
        "challenge": "a challenge",
        "beacon": "a beacon",
        "opened_at": NOW,
    }
    return SessionStatement.model_validate(said | changes)


def signed_by_card(statement: SessionStatement) -> SignedSession:
    """Return the statement with the card's certificate and signature."""
    return SignedSession(
        statement=statement,
        card_certificate=to_base64url(CARD.certificate),
        card_signature=to_base64url(CARD.sign(statement.message(), CARD.pin)),
        enrolment=ENROLMENT,
    )


def session_token(**changes: Any) -> str:  # noqa: ANN401 (as above)
    """Return a session that card and terminal signed, but for `changes`."""
    return signed_by_card(session_statement(**changes)).signed_by(TERMINAL_KEY)


def open_session(**changes: Any) -> VerifiedSession:  # noqa: ANN401 (as above)
    """Return a session that holds, as gateway and adapter know it."""
    return SESSIONS.verify(session_token(**changes), ICHIKAWA, NOW)
