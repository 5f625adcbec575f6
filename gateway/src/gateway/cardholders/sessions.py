"""Opening a session: the card's signature, judged once more by the adapter later."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from madoguchi_wire.errors import (
    EnrolmentOutdated,
    SessionExpired,
    SessionOfAnotherTerminal,
    SessionRefused,
    SessionReused,
    SessionUnknown,
)
from madoguchi_wire.events import EventType
from madoguchi_wire.gateway_api import SessionOpened
from madoguchi_wire.session import (
    SESSION_LIFETIME,
    SessionVerifier,
    SignedSession,
    VerifiedSession,
    check_session_keys,
)
from madoguchi_wire.signed import unverified_payload

from gateway.audit import outbox
from gateway.audit.concerning import concerning
from gateway.cardholders.pseudonym import card_pseudonym
from gateway.municipalities.rules.challenge import Shown, check_challenge
from gateway.municipalities.rules.collectors import check_collector
from gateway.municipalities.serving import served
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

_OPEN = f"""
WITH opened AS (
    INSERT INTO sessions (session_id, municipality, terminal, digest, challenge, shown_at,
                          opened_at, expires_at, configuration_version, card)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT DO NOTHING RETURNING session_id
), told AS (
    INSERT INTO outbox ({outbox.COLUMNS}) SELECT {outbox.COLUMNS} FROM {outbox.events_from(11)}
    WHERE EXISTS (SELECT FROM opened)
)
SELECT count(*) FROM opened
"""  # noqa: S608 (column names of ours)
_FIND = """
    SELECT session_id, terminal, municipality, digest, shown_at, configuration_version,
           expires_at <= madoguchi_now() AS expired
    FROM sessions WHERE session_id = $1 AND terminal = $2
"""


@dataclass(frozen=True)
class OpenSession:
    """A session that is open at a terminal; the gateway keeps its digest only."""

    session_id: UUID
    terminal: str
    municipality: str
    digest: str
    shown_at: datetime
    """When the menu was shown that its challenge came with."""
    configuration_version: int
    """The municipality's version of that menu; its prices are honoured."""
    expired: bool


async def open_session(gateway: Gateway, terminal: Terminal, token: str) -> SessionOpened:
    """Open a session once.

    Raises:
        SignatureRefused, CardRefused, SessionRefused, OfferRefused: it does not hold.
        RevocationUnknown: it cannot be said whether the card certificate is revoked.
        CollectorNotDesignated, MachineOfAnotherMunicipality: not issued at this terminal.
        AuditBehind: nothing new is begun now.

    """
    claimed = SignedSession.parsed(unverified_payload(token)).statement.municipality
    with concerning(gateway.municipalities, claimed):
        return await _open(gateway, terminal, token, claimed)


async def _open(gateway: Gateway, terminal: Terminal, token: str, claimed: str) -> SessionOpened:
    version = await served(gateway, terminal, claimed)
    now = gateway.clock.now()
    check_collector(version.body, terminal, now)
    gateway.stops.check(claimed, terminal.terminal)
    gateway.backlogs.check()
    session = verified(gateway, terminal, token, claimed, now)
    statement = session.statement
    check_session_keys(statement)
    # The beacon, too, is the one that was shown; the adapter judges whether it is recent.
    shown = Shown(terminal.terminal, claimed, statement.beacon)
    menu = check_challenge(statement.challenge, gateway.challenge_secret, shown, now)
    # A terminal's clock that is ahead does not make a session live longer.
    expires_at = min(statement.opened_at, now) + SESSION_LIFETIME
    session_id = uuid4()
    data = terminal.told | {"session": str(session_id)}
    event = gateway.trail.row(EventType.SESSION_OPENED, data, claimed)
    opened: int = await gateway.pool.fetchval(
        _OPEN,
        session_id,
        claimed,
        terminal.terminal,
        session.digest,
        statement.challenge,
        menu.shown_at,
        statement.opened_at,
        expires_at,
        menu.configuration_version,
        card_pseudonym(gateway.pseudonym_secret, session.identity, claimed),
        *outbox.arrays([event]),
    )
    if opened == 0:
        raise SessionReused()
    return SessionOpened(session=session_id, expires_at=expires_at)


def verified(
    gateway: Gateway, terminal: Terminal, token: str, municipality: str, at: datetime
) -> VerifiedSession:
    """Return a signed session of this terminal that holds at `at`; its card is not revoked now.

    Raises:
        SignatureRefused, CardRefused, SessionRefused: it does not hold.
        EnrolmentOutdated: test papers or others: enrolment and chain's file differ about it.
        RevocationUnknown: it cannot be said whether the card certificate is revoked.

    """
    verifier = SessionVerifier(gateway.settings.name, gateway.terminal_keys, gateway.cards)
    session = verifier.verify(token, municipality, at)
    if session.statement.terminal != terminal.terminal:
        raise SessionOfAnotherTerminal()
    if session.test is not terminal.test:
        raise EnrolmentOutdated()
    gateway.revocation.check(session.identity.authority, session.certificate.serial_number)
    return session


async def find(gateway: Gateway, terminal: Terminal, session_id: UUID) -> OpenSession:
    """Return a session of this terminal, expired or not.

    Raises:
        SessionUnknown: no such session at this terminal.

    """
    row = await gateway.pool.fetchrow(_FIND, session_id, terminal.terminal)
    if row is None:
        raise SessionUnknown()
    return OpenSession(**dict(row.items()))


def verified_again(
    gateway: Gateway,
    terminal: Terminal,
    opened: OpenSession,
    token: str,
    accepted_at: datetime | None = None,
) -> VerifiedSession:
    """Return the signed session that comes again with an order, if it is the one that is open.

    A repeat of an order that was accepted in time (`accepted_at`) may itself come later.

    Raises:
        SessionExpired: its 5 minutes are over by the database's time.
        SessionRefused: another session than the one that was opened.

    """
    if opened.expired and accepted_at is None:
        raise SessionExpired()
    at = accepted_at or gateway.clock.now()
    session = verified(gateway, terminal, token, opened.municipality, at)
    if session.digest != opened.digest:
        raise SessionRefused("The signed session is not the one that was opened.")
    return session
