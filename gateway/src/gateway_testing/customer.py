"""One cardholder at one terminal, as the gateway sees them over HTTP, honest or not."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import aiohttp
from madoguchi_wire.clock import Clock, SystemClock
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.gateway_api import Menu, OrderAnswer
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import HouseholdRequest, Options, Order, ResidentRecordOptions
from madoguchi_wire.reports import ReportBody, TerminalReport
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement, SignedSession
from madoguchi_wire.signed import token_digest
from store_terminal_sim.cards.virtual_card import VirtualCard

PRICE = 250


@dataclass(frozen=True)
class Answered:
    """What the gateway answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Mapping[str, Any]

    @property
    def slug(self) -> str:
        """The problem type's slug; empty when it is no problem."""
        return str(self.json.get("type", "")).removeprefix("/problems/")

    @property
    def order(self) -> OrderAnswer:
        """The answer to an order that went well."""
        assert self.status == 201, self.json
        return OrderAnswer.model_validate_json(self.body)


@dataclass
class StandIn:
    """A terminal: its id, its key for statements, enrolment and token, and its replica."""

    http: aiohttp.ClientSession
    address: str
    terminal: str
    key: SigningKey
    enrolment: str
    token: str
    clock: Clock = field(default_factory=SystemClock)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def call(self, method: str, path: str, json: object = None, **headers: str) -> Answered:
        """Send one request with the terminal's token."""
        headers = {"Authorization": f"Bearer {self.token}"} | headers
        async with self.http.request(
            method, self.address + path, json=json, headers=headers
        ) as answer:
            body = await answer.read()
            is_json = answer.content_type.endswith("json")
            return Answered(
                answer.status, answer.headers, body, await answer.json(content_type=None)
                if is_json else {}
            )  # fmt: skip

    async def document(self, issuance: object) -> Answered:
        """Fetch a sealed document."""
        return await self.call("GET", f"/v1/issuances/{issuance}/document")

    async def view(self, issuance: object) -> Answered:
        """Look at an issuance."""
        return await self.call("GET", f"/v1/issuances/{issuance}")

    def signed(self, issuance: object, body: ReportBody, *, sequence: int | None = None) -> str:
        """Return a report, signed by the terminal's own key."""
        return TerminalReport(
            terminal=self.terminal,
            sequence=sequence or next(self.numbers),
            issuance=None if issuance is None else str(issuance),
            reported_at=self.clock.now(),
            enrolment=self.enrolment,
            body=body,
        ).signed_by(self.key)

    async def send(self, report: str) -> Answered:
        """Send a signed report."""
        return await self.call("POST", "/v1/reports", {"report": report})

    async def report(self, issuance: object, body: ReportBody) -> Answered:
        """Sign a report and send it."""
        return await self.send(self.signed(issuance, body))


@dataclass
class Customer:
    """A cardholder at a terminal, from the menu on."""

    at: StandIn
    card: VirtualCard
    menu: Menu
    suite: SealingSuite = SealingSuite.X25519
    session_key: SigningKey = field(default_factory=SigningKey.generate)
    opening_key: OpeningKey = field(init=False)
    session: str = field(init=False)
    """The signed session (JWS)."""
    session_id: str = ""

    def __post_init__(self) -> None:
        self.opening_key = OpeningKey(self.suite)
        self.session = self.sign()

    @property
    def digest(self) -> str:
        """Digest of the signed session."""
        return token_digest(self.session)

    def sign(self, *, signature: bytes | None = None, **changes: Any) -> str:  # noqa: ANN401
        """Return the session as card and terminal sign it; `changes` alter the statement."""
        statement = SessionStatement(
            gateway=self.menu.gateway,
            terminal=self.at.terminal,
            municipality=self.menu.municipality.code,
            signing_key=self.session_key.public,
            sealing_key=to_base64url(self.opening_key.public),
            sealing_suite=self.suite,
            challenge=self.menu.challenge,
            beacon=self.menu.beacon,
            opened_at=self.at.clock.now(),
        ).model_copy(update=changes)
        signed = signature or self.card.sign(statement.message(), self.card.pin)
        return SignedSession(
            statement=statement,
            card_certificate=to_base64url(self.card.certificate),
            card_signature=to_base64url(signed),
            enrolment=self.at.enrolment,
        ).signed_by(self.at.key)

    async def open(self, token: str | None = None) -> Answered:
        """Open the session."""
        answered = await self.at.call(
            "POST", "/v1/sessions", {"signed_session": token or self.session}
        )
        self.session_id = str(answered.json.get("session", ""))
        return answered

    def signed_order(
        self,
        options: Options | None = None,
        copies: int = 1,
        *,
        key: SigningKey | None = None,
        **changes: object,
    ) -> str:
        """Return an order signed by the session's key; `changes` alter the statement."""
        return (
            Order(
                session=self.digest,
                options=options or ResidentRecordOptions(),
                copies=1,
                tariff_version=self.menu.offers[0].tariff_version,
                unit_price=PRICE,
                nonce=to_base64url(secrets.token_bytes(16)),
                ordered_at=self.at.clock.now(),
            )
            .model_copy(update={"copies": copies} | changes)
            .signed_by(key or self.session_key)
        )

    async def order(
        self,
        order: str | None = None,
        *,
        key: str | None = None,
        session_id: str | None = None,
        signed_session: str | None = None,
        at: StandIn | None = None,
    ) -> Answered:
        """Place an order, by default a new one for one paper."""
        body = {
            "order": order or self.signed_order(),
            "signed_session": signed_session or self.session,
        }
        path = f"/v1/sessions/{session_id or self.session_id}/orders"
        headers = {"Idempotency-Key": key or str(uuid4())}
        return await (at or self.at).call("POST", path, body, **headers)

    async def ask_household(self) -> tuple[str, Answered]:
        """Ask for the household; return the request, too."""
        request = HouseholdRequest(
            session=self.digest,
            nonce=to_base64url(secrets.token_bytes(16)),
            requested_at=self.at.clock.now(),
        ).signed_by(self.session_key)
        path = f"/v1/sessions/{self.session_id}/household"
        body = {"household_request": request, "signed_session": self.session}
        return request, await self.at.call("POST", path, body)
