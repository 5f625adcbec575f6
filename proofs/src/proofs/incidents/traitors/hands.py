"""An enrolled terminal in the hands of somebody who means harm: its keys, and no program."""

import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

import jwt
from madoguchi_wire.attestation import Attestation
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.gateway_api import (
    OrderAnswer,
    OrderedIssuance,
    PlaceOrder,
    ReportAnswer,
    SendReport,
)
from madoguchi_wire.order import Kind, Order, ResidentRecordOptions
from madoguchi_wire.reports import ReportBody, TerminalReport
from madoguchi_wire.sealing import document_info
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.core.access import ASSERTION_LIFETIME, SOFTWARE, authorised
from store_terminal_sim.core.calls import Call, json_call, parsed, send
from store_terminal_sim.core.document import fetch_document
from store_terminal_sim.core.effects import HttpResponse
from store_terminal_sim.core.ordering import Application, PlacedOrder, choose, place_order
from store_terminal_sim.core.reporting import REPORT_TIME
from store_terminal_sim.core.session import OpenedSession, open_session
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.terminal_folder import StartedTerminal


@dataclass(frozen=True)
class OwnOrder:
    """An order by an accomplice's card."""

    session: OpenedSession
    placed: PlacedOrder

    @property
    def first(self) -> OrderedIssuance:
        """Its first paper."""
        return self.placed.answer.issuances[0]

    @property
    def pages(self) -> int:
        """Of the first paper, as attested."""
        token = self.first.attestation or ""
        return Attestation.parsed(unverified_payload(token)).pages


@dataclass
class Hands:
    """What one can do with a terminal's keys and an accomplice's card."""

    started: StartedTerminal
    driver: AsyncDriver
    municipality: str
    ordered: int = 0
    """Papers, so far."""
    _sequence: int = field(default=0)

    async def order(self, copies: int = 1) -> OwnOrder:
        """Open a session with the accomplice's card and order; raises GatewayRefused."""
        terminal = self.started.terminal
        session = await self.driver.run(open_session(terminal, self.municipality))
        wish = Application(self.municipality, Kind.RESIDENT_RECORD, copies=copies)
        choice = await self.driver.run(choose(terminal, session, wish))
        self.ordered += copies
        placed = await self.driver.run(place_order(terminal, session, choice))
        return OwnOrder(session, placed)

    async def send_order(self, to: OwnOrder, body: PlaceOrder) -> OrderAnswer:
        """Send an order to a session, under a key of its own; raises GatewayRefused."""
        path = f"/v1/sessions/{to.session.session}/orders"
        call = json_call(path, body, **{"idempotency-key": str(uuid4())})
        return parsed(OrderAnswer, await self._send(call))

    def order_like(self, own: OwnOrder) -> PlaceOrder:
        """Return one more order of a session."""
        order = Order(
            session=own.session.digest,
            options=ResidentRecordOptions(),
            copies=1,
            tariff_version=own.session.menu.offers[0].tariff_version,
            unit_price=own.placed.unit_price,
            nonce=to_base64url(secrets.token_bytes(16)),
            ordered_at=self.started.terminal.clock.now(),
        ).signed_by(own.session.signing_key)
        return PlaceOrder(order=order, signed_session=own.session.token)

    async def ciphertext(self, issuance: str) -> bytes:
        """Fetch a sealed document; raises GatewayRefused."""
        return (await self.driver.run(fetch_document(self.started.terminal, issuance))).ciphertext

    def opened(self, own: OwnOrder, sealed: bytes, issuance: str) -> bytes:
        """Open a document with the key of a session; raises NotForThisKey."""
        info = document_info(issuance, own.placed.digest)
        return own.session.opening_key.open(sealed, info)

    async def report(
        self, issuance: str, body: ReportBody, *, of: str | None = None, sequence: int | None = None
    ) -> ReportAnswer:
        """Send a report of any content, signed by this terminal; raises GatewayRefused.

        Args:
            issuance: which it is about.
            body: what it says.
            of: the terminal that it says it is of; None: this one.
            sequence: its number; None: the next.

        """
        identity = self.started.terminal.identity
        if sequence is None:
            self._sequence += 1
        token = TerminalReport(
            terminal=of or identity.terminal,
            sequence=sequence or self._sequence,
            issuance=issuance,
            reported_at=self.started.terminal.clock.now(),
            enrolment=identity.enrolment,
            body=body,
        ).signed_by(identity.statement_key)
        call = json_call("/v1/reports", SendReport(report=token))
        return parsed(ReportAnswer, await self._send(call))

    async def token_of(self, other: str) -> HttpResponse:
        """Ask for another terminal's access token with this one's key; raises GatewayRefused."""
        identity, now = self.started.terminal.identity, self.started.terminal.clock.now()
        claims = {
            "iss": other,
            "sub": other,
            "aud": identity.gateway,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIFETIME).timestamp()),
            "jti": str(uuid4()),
            "enrolment": identity.enrolment,
            "software": SOFTWARE,
        }
        key = identity.token_key
        assertion = jwt.encode(claims, key.private, algorithm="ES256", headers={"kid": key.kid})
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        call = Call("POST", "/v1/token", urlencode(form).encode(), headers)
        deadline = now + REPORT_TIME
        return await self.driver.run(send(self.started.terminal, lambda: call, deadline))

    async def _send(self, call: Call) -> HttpResponse:
        terminal = self.started.terminal
        deadline = terminal.clock.now() + REPORT_TIME
        return await self.driver.run(authorised(terminal, lambda: call, deadline))
