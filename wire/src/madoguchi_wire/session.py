"""The session: one cardholder at one terminal for one municipality, good for 5 minutes.

The card signs the statement, the terminal countersigns card certificate, signature and statement
together; that token travels with every order, so that gateway and adapter each verify all of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from cryptography import x509

from madoguchi_wire.card_certificates import CardIdentity, CardVerifier, verify_card_signature
from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Base64Url, from_base64url, to_base64url
from madoguchi_wire.enrolment import EnrolmentToken, enrolled
from madoguchi_wire.errors import (
    SessionExpired,
    SessionOfAnotherMunicipality,
    SessionOfAnotherTerminal,
    SessionRefused,
    SignatureRefused,
)
from madoguchi_wire.keys import KeyPurpose, KeySet, load_public_key, public_bytes
from madoguchi_wire.municipality_code import MunicipalityCode
from madoguchi_wire.sealing import SealingSuite, check_public_key
from madoguchi_wire.signed import Statement, token_digest, unverified_payload

SESSION_LIFETIME = timedelta(minutes=5)
CLOCK_TOLERANCE = timedelta(seconds=30)
"""How far a terminal's clock may be ahead of ours."""


class SessionStatement(Statement):
    """What the card signs when a session is opened."""

    typ: ClassVar[str] = "madoguchi-session-statement"

    purpose: Literal["madoguchi/session/v1"] = "madoguchi/session/v1"
    gateway: str
    """The name of the centre's gateway (the issuer of its access tokens)."""
    terminal: str
    municipality: MunicipalityCode
    signing_key: Base64Url
    """One-time P-256 key of the session, DER."""
    signature_suite: Literal["ES256"] = "ES256"
    sealing_key: Base64Url
    """One-time public key that documents are sealed to, raw."""
    sealing_suite: SealingSuite
    challenge: str
    """The gateway's, handed out with the menu."""
    beacon: str
    """The municipality's, changed each minute, handed out with the menu."""
    opened_at: Instant

    def message(self) -> bytes:
        """Return the bytes that the card hashes and signs, with their domain in front."""
        return b"madoguchi/session/v1\n" + self.canonical()


class SignedSession(Statement):
    """The session as it travels: signed by the card, countersigned by the terminal's own key."""

    typ: ClassVar[str] = "madoguchi-session+jws"

    statement: SessionStatement
    card_certificate: Base64Url
    card_signature: Base64Url
    enrolment: EnrolmentToken
    """The terminal's."""


@dataclass(frozen=True)
class VerifiedSession:
    """A session whose every signature held, and who holds its card."""

    statement: SessionStatement
    certificate: x509.Certificate
    certificate_der: bytes
    identity: CardIdentity
    digest: str
    """SHA-256 of the signed session's token."""
    test: bool
    """Whether the terminal is enrolled for test papers (見本), and so for nothing else."""


@dataclass(frozen=True)
class SessionVerifier:
    """Verifies signed sessions; gateway and adapter hold one each. Revocation is asked apart."""

    gateway: str
    keys: KeySet
    cards: CardVerifier

    def verify(self, token: str, municipality: str, at: datetime) -> VerifiedSession:
        """Return the session that `token` holds, for `municipality`, at `at`.

        Raises:
            SignatureRefused: the terminal's countersignature or the form does not hold.
            CardRefused: the card certificate or its signature does not hold.
            SessionRefused: another gateway, municipality, or not within its 5 minutes.

        """
        kid = SignedSession.kid_of(token)
        claimed = SignedSession.parsed(unverified_payload(token))
        terminal = claimed.statement.terminal
        enrolment, terminal_key = enrolled(
            claimed.enrolment, kid, KeyPurpose.TERMINAL_STATEMENT, terminal, self.keys, at
        )
        signed = SignedSession.verified(token, terminal_key)
        statement = signed.statement
        if statement.gateway != self.gateway:
            raise SessionOfAnotherTerminal("The session was signed for another gateway.")
        if statement.municipality != municipality:
            raise SessionOfAnotherMunicipality()
        _check_time(statement, at)
        der = from_base64url(signed.card_certificate)
        certificate, identity = self.cards.certificate(der, at)
        verify_card_signature(
            certificate, from_base64url(signed.card_signature), statement.message()
        )
        return VerifiedSession(
            statement, certificate, der, identity, token_digest(token), test=enrolment.test
        )


def check_session_keys(statement: SessionStatement) -> None:
    """Pass if one key of a session can verify orders, and documents can be sealed to the other.

    Raises:
        SessionRefused: not a key of its suite, a weak one, or not in its one spelling.

    """
    try:
        signing = load_public_key(statement.signing_key)
        if to_base64url(public_bytes(signing)) != statement.signing_key:
            raise ValueError("a P-256 key that is not in its canonical spelling")
        check_public_key(from_base64url(statement.sealing_key), statement.sealing_suite)
    except (ValueError, SignatureRefused) as error:
        raise SessionRefused("The session's one-time keys cannot be used.") from error


def _check_time(statement: SessionStatement, at: datetime) -> None:
    if statement.opened_at - at > CLOCK_TOLERANCE:
        raise SessionRefused("The session's time lies in the future; set the terminal's clock.")
    if at - statement.opened_at > SESSION_LIFETIME:
        raise SessionExpired()
