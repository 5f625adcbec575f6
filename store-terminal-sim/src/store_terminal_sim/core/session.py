"""Menu and session: the card signs once, then the session's own keys speak for the cardholder."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.gateway_api import Menu, OpenSession, SessionOpened
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement, SignedSession
from madoguchi_wire.signed import token_digest

from store_terminal_sim.core.access import authorised
from store_terminal_sim.core.calls import Call, json_call, parsed
from store_terminal_sim.core.effects import CardSignature, Flow, UseCard, show
from store_terminal_sim.core.problems import GatewayRefused
from store_terminal_sim.core.terminal import Terminal, TerminalIdentity

OPENING_TIME = timedelta(seconds=30)
ATTEMPTS = 3
START_AGAIN = frozenset({"challenge-refused", "beacon-refused", "session-reused"})
"""Problems that a fresh menu and another signature of the card, still in its slot, can cure.

`session-reused` is how it shows that the answer to an opening was lost on its way.
"""


@dataclass(frozen=True)
class OpenedSession:
    """A session that the gateway has opened, with the keys that only this terminal has."""

    session: UUID
    token: str
    """The signed session (JWS); every order carries it again."""
    menu: Menu
    """What was shown; orders name its tariff and price."""
    signing_key: SigningKey
    opening_key: OpeningKey
    card_certificate: bytes

    @property
    def digest(self) -> str:
        """The digest by which orders and attestations name the session."""
        return token_digest(self.token)


def fetch_menu(terminal: Terminal, municipality: str, deadline: datetime) -> Flow[Menu]:
    """Return what a municipality offers here and now.

    Raises:
        GatewayRefused, GatewaySilent: see `calls.send`.

    """
    path = f"/v1/municipalities/{municipality}/menu"
    response = yield from authorised(terminal, lambda: Call("GET", path), deadline)
    return parsed(Menu, response)


def open_session(
    terminal: Terminal, municipality: str, suite: SealingSuite = SealingSuite.X25519
) -> Flow[OpenedSession]:
    """Fetch the menu and open a session with the card that is in the slot.

    Raises:
        GatewayRefused, GatewaySilent: see `calls.send`.

    """
    deadline = terminal.clock.now() + OPENING_TIME
    attempts_left = ATTEMPTS
    while True:
        menu = yield from fetch_menu(terminal, municipality, deadline)
        attempts_left -= 1
        try:
            return (yield from open_with_menu(terminal, menu, suite, deadline))
        except GatewayRefused as refused:
            if refused.slug not in START_AGAIN or attempts_left == 0:
                raise


def open_with_menu(
    terminal: Terminal, menu: Menu, suite: SealingSuite, deadline: datetime
) -> Flow[OpenedSession]:
    """Open a session from a menu's challenge and beacon.

    Raises:
        GatewayRefused, GatewaySilent: see `calls.send`.

    """
    yield from show("card", "カードをお待ちください。", "Reading the card.")
    signing_key, opening_key = SigningKey.generate(), OpeningKey(suite)
    statement = SessionStatement(
        gateway=terminal.identity.gateway,
        terminal=terminal.identity.terminal,
        municipality=menu.municipality.code,
        signing_key=signing_key.public,
        sealing_key=to_base64url(opening_key.public),
        sealing_suite=suite,
        challenge=menu.challenge,
        beacon=menu.beacon,
        opened_at=terminal.clock.now(),
    )
    signed: CardSignature = yield UseCard(statement.message())
    token = countersigned(terminal.identity, statement, signed)
    call = json_call("/v1/sessions", OpenSession(signed_session=token))
    response = yield from authorised(terminal, lambda: call, deadline)
    opened = parsed(SessionOpened, response)
    return OpenedSession(opened.session, token, menu, signing_key, opening_key, signed.certificate)


def countersigned(
    identity: TerminalIdentity, statement: SessionStatement, card: CardSignature
) -> str:
    """Return the session (JWS) that a card signed, countersigned by its terminal."""
    return SignedSession(
        statement=statement,
        card_certificate=to_base64url(card.certificate),
        card_signature=to_base64url(card.signature),
        enrolment=identity.enrolment,
    ).signed_by(identity.statement_key)
