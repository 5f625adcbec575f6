"""An honest gateway in memory, as far as a terminal can see one: small, and without rules."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

from madoguchi_wire.clock import Clock, japan_day
from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.gateway_api import (
    AccessToken,
    AskHousehold,
    HouseholdAnswer,
    Menu,
    MunicipalityListed,
    Offer,
    OpeningHours,
    OpenSession,
    OrderAnswer,
    OrderedIssuance,
    PlaceOrder,
    ReportAnswer,
    SendReport,
    SessionOpened,
    Words,
)
from madoguchi_wire.order import (
    Household,
    HouseholdMember,
    Kind,
    verified_household_request,
    verified_order,
)
from madoguchi_wire.reports import Completed, Paid, TerminalReport, Voided, verified_report
from madoguchi_wire.sealing import household_info, seal
from madoguchi_wire.session import SessionVerifier, VerifiedSession
from madoguchi_wire.signed import token_digest
from pydantic import BaseModel

from store_terminal_sim.core.effects import HttpRequest, HttpResponse
from store_terminal_sim.testing.honest_city import HonestCity

PRICE = 250


@dataclass
class HonestGateway:
    """Answers a terminal's requests and keeps what it was told."""

    city: HonestCity
    clock: Clock
    sessions: SessionVerifier
    trust_list: str
    price: int = PRICE
    verified: dict[str, VerifiedSession] = field(default_factory=dict[str, VerifiedSession])
    orders: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """Answers to orders, by Idempotency-Key."""
    documents: dict[str, tuple[str, bytes]] = field(default_factory=dict[str, tuple[str, bytes]])
    """Attestation and ciphertext, by issuance."""
    states: dict[str, str] = field(default_factory=dict[str, str])
    reports: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    """Tokens of reports, by terminal and sequence number."""
    stopped: bool = False
    """Whether it withholds its go."""

    def reports_of(self, terminal: str) -> dict[int, str]:
        """Return what a terminal has reported: tokens by sequence number."""
        return {number: token for (name, number), token in self.reports.items() if name == terminal}

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer one request.

        Raises:
            MadoguchiError: a statement in it does not hold.

        """
        path = request.url.split("/v1/", 1)[1].split("/")
        routes: dict[str, Callable[[], HttpResponse]] = {
            "token": lambda: _json(AccessToken(access_token="t", expires_in=600)),  # noqa: S106
            "trust-list": lambda: HttpResponse(HTTPStatus.OK, {}, self.trust_list.encode()),
            "menu": lambda: _json(self._menu()),
            "sessions": lambda: self._open(request),
            "household": lambda: self._household(request),
            "orders": lambda: self._order(request),
            "document": lambda: self._document(path[1]),
            "reports": lambda: _json(self._report(request)),
        }
        return routes[path[-1]]()

    def _menu(self) -> Menu:
        offers = tuple(
            Offer(
                kind=kind,
                title=Words(ja="証明書", en="Certificate"),
                price=self.price,
                tariff_version="2010-02",
                hours=OpeningHours(opens="06:30", closes="23:00"),
                open_now=True,
                members=True,
                relationship=True,
                honseki=True,
                maximum_copies=5,
            )
            for kind in Kind
        )
        return Menu(
            municipality=MunicipalityListed(
                code=self.city.municipality, name=Words(ja="市", en="City")
            ),
            gateway=self.sessions.gateway,
            challenge=uuid4().hex,
            beacon=uuid4().hex,
            good_until=self.clock.now() + timedelta(minutes=1),
            configuration_version=1,
            offers=offers,
        )

    def _open(self, request: HttpRequest) -> HttpResponse:
        token = OpenSession.model_validate_json(request.body).signed_session
        session = self._verified(token)
        if any(session.digest == other.digest for other in self.verified.values()):
            return problem("session-reused", HTTPStatus.CONFLICT)
        opened = SessionOpened(session=uuid4(), expires_at=self.clock.now() + timedelta(minutes=5))
        self.verified[str(opened.session)] = session
        return _json(opened)

    def _household(self, request: HttpRequest) -> HttpResponse:
        asked = AskHousehold.model_validate_json(request.body)
        session = self._verified(asked.signed_session)
        verified_household_request(asked.household_request, session)
        members = [
            HouseholdMember(handle=handle, name="見本", relationship="世帯主", is_cardholder=own)
            for handle, own in (("AAAA", True), ("BBBB", False))
        ]
        sealed = seal(
            Household(members=tuple(members)).model_dump_json().encode(),
            from_base64url(session.statement.sealing_key),
            session.statement.sealing_suite,
            household_info(session.digest, token_digest(asked.household_request)),
        )
        return _json(HouseholdAnswer(ciphertext=to_base64url(sealed)))

    def _order(self, request: HttpRequest) -> HttpResponse:
        key = request.headers["idempotency-key"]
        if key not in self.orders:
            self.orders[key] = self._new_order(PlaceOrder.model_validate_json(request.body))
        return HttpResponse(HTTPStatus.CREATED, {}, self.orders[key])

    def _new_order(self, placed: PlaceOrder) -> bytes:
        session = self._verified(placed.signed_session)
        copies = verified_order(placed.order, session).copies
        issuances = tuple(
            self._prepared(placed.order, session, number) for number in range(1, copies + 1)
        )
        return OrderAnswer(order=uuid4(), issuances=issuances).model_dump_json().encode()

    def _prepared(self, order: str, session: VerifiedSession, number: int) -> OrderedIssuance:
        issuance, now = uuid4(), self.clock.now()
        document = self.city.prepare(str(issuance), session, order, number, now)
        self.documents[str(issuance)] = document
        self.states[str(issuance)] = "prepared"
        return OrderedIssuance(
            issuance=issuance,
            copy_number=number,
            accepted_on=japan_day(now),
            fee=self.price,
            attestation=document[0],
            problem=None,
        )

    def _document(self, issuance: str) -> HttpResponse:
        attestation, ciphertext = self.documents[issuance]
        if self.states[issuance] == "prepared":
            self.states[issuance] = "delivered"
        return HttpResponse(HTTPStatus.OK, {"madoguchi-attestation": attestation}, ciphertext)

    def _report(self, request: HttpRequest) -> ReportAnswer:
        token = SendReport.model_validate_json(request.body).report
        report = verified_report(token, self.sessions.keys, self.clock.now())
        if self.reports.setdefault((report.terminal, report.sequence), token) != token:
            raise AssertionError("a sequence number was used for two reports")
        go = isinstance(report.body, Paid) and not self.stopped
        if report.issuance is None:
            return ReportAnswer(issuance=None, state=None, go=False)
        self._enter(report, report.issuance)
        return ReportAnswer.model_validate(
            {"issuance": report.issuance, "state": self.states[report.issuance], "go": go}
        )

    def _enter(self, report: TerminalReport, issuance: str) -> None:
        ended = self.states[issuance] in {"completed", "voided"}
        if isinstance(report.body, Paid | Completed | Voided) and not ended:
            self.states[issuance] = report.body.event

    def _verified(self, token: str) -> VerifiedSession:
        return self.sessions.verify(token, self.city.municipality, self.clock.now())


def problem(slug: str, status: int, *, retryable: bool = False) -> HttpResponse:
    """Return a problem document."""
    body = {
        "type": f"/problems/{slug}",
        "title": slug,
        "title_ja": slug,
        "status": status,
        "detail": slug,
        "detail_ja": slug,
        "retryable": retryable,
    }
    return HttpResponse(status, {}, json.dumps(body).encode())


def _json(body: BaseModel) -> HttpResponse:
    return HttpResponse(HTTPStatus.OK, {}, body.model_dump_json().encode())
