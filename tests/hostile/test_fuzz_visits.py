"""Visits in which anything happens in any order: each answer is one that is described.

Sessions, orders and reports are signed well and sent by terminals that are enrolled, but too
early, too late, twice, or about somebody else's paper.
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

import aiohttp
import pytest
import schemathesis
from gateway_testing.customer import Customer, StandIn
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from local_stack.openapi import FOLDER
from local_stack.system import LocalSystem
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.gateway_api import Menu
from madoguchi_wire.order import HouseholdRequest
from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Completed,
    Money,
    OfMachine,
    Paid,
    PaperRefilled,
    Voided,
    VoidReason,
)
from store_terminal_sim.cards.virtual_card import VirtualCard

SECONDS = 0.3 * float(os.environ.get("FUZZ_SECONDS", "0"))
VISITS, STEPS = (30, 40) if SECONDS else (15, 20)
ICHIKAWA = "122033"
BODIES = [
    Paid(yen=250),
    Paid(yen=0),
    Completed(pages=1),
    Completed(pages=9),
    Voided(reason=VoidReason.CANCELLED, money=Money.NOT_TAKEN),
    Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED),
    CashCounted(yen=250),
    CashCollected(yen=10**30),
    PaperRefilled(sheets=500),
]
REACHED = {
    ("sessions", 201),
    ("sessions/{session}/orders", 201),
    ("sessions/{session}/household", 200),
    ("issuances/{issuance}", 200),
    ("issuances/{issuance}/document", 200),
    ("reports", 200),
    ("reports", 403),
    ("reports", 404),
    ("reports", 409),
}
"""What the seed of `make test` leads to, so that nobody takes closed doors for a test."""


class Visits(RuleBasedStateMachine):
    """Two terminals, four cards, and whatever they may do."""

    system: ClassVar[LocalSystem]
    terminals: ClassVar[list[StandIn]]
    send: ClassVar[Callable[[Any, str, str | None], Any]]
    api: ClassVar[Any]
    came: ClassVar[set[tuple[str, int]]]

    customers = Bundle("customers")
    orders = Bundle("orders")
    papers = Bundle("papers")
    reports = Bundle("reports")

    def said(self, at: StandIn, method: str, path: str, body: object = None, **more: Any) -> Any:
        if body is not None:
            more |= {"body": body, "media_type": "application/json"}
        case = self.api[path][method].Case(**more)
        answer = type(self).send(case, at.address, at.token)
        self.came.add((path.removeprefix("/v1/"), answer.status_code))
        return answer

    @initialize(target=papers)
    def an_open_session_with_papers(self) -> list[str]:
        self.one = self.at_the_menu(self.terminals[0], 3)
        self.open(self.one, None)
        return self.placed(self.ordered(self.one, self.one, 2), self.one.session_id)

    @rule(target=customers)
    def whose_session_is_open(self) -> Customer:
        return self.one

    @rule(target=customers, terminal=st.integers(0, 1), card=st.integers(3, 6))
    def come(self, terminal: int, card: int) -> Customer:
        return self.at_the_menu(self.terminals[terminal], card)

    def at_the_menu(self, at: StandIn, card: int) -> Customer:
        parameters = {"code": ICHIKAWA}
        menu = self.said(at, "GET", "/v1/municipalities/{code}/menu", path_parameters=parameters)
        folder = self.system.installation.layout.card(ICHIKAWA, f"resident-{card:02d}")
        return Customer(at, VirtualCard.load(folder), Menu.model_validate_json(menu.content))

    @rule(one=customers, terminal=st.sampled_from((None, 0, 1)))
    def open(self, one: Customer, terminal: int | None) -> None:
        at = one.at if terminal is None else self.terminals[terminal]
        opened = self.said(at, "POST", "/v1/sessions", {"signed_session": one.session})
        one.session_id = opened.json().get("session", one.session_id)

    @rule(target=orders, one=customers, signed_by=customers, copies=st.integers(1, 3))
    def order(self, one: Customer, signed_by: Customer, copies: int) -> dict[str, Any]:
        return self.ordered(one, signed_by, copies)

    def ordered(self, one: Customer, signed_by: Customer, copies: int) -> dict[str, Any]:
        order = one.signed_order(copies=copies, key=signed_by.session_key)
        return {
            "at": one.at,
            "session": one.session_id or str(uuid4()),
            "key": str(uuid4()),
            "body": {"order": order, "signed_session": one.session},
        }

    @rule(target=papers, order=orders, other=orders, swap=st.booleans())
    def place(self, order: dict[str, Any], other: dict[str, Any], *, swap: bool) -> list[str]:
        return self.placed(order, (other if swap else order)["session"])

    def placed(self, order: dict[str, Any], session: str) -> list[str]:
        placed = self.said(
            order["at"],
            "POST",
            "/v1/sessions/{session}/orders",
            order["body"],
            path_parameters={"session": session},
            headers={"Idempotency-Key": order["key"]},
        )
        return [one["issuance"] for one in placed.json().get("issuances", [])] or [str(uuid4())]

    @rule(one=customers)
    def household(self, one: Customer) -> None:
        request = HouseholdRequest(
            session=one.digest,
            nonce=to_base64url(secrets.token_bytes(16)),
            requested_at=one.at.clock.now(),
        ).signed_by(one.session_key)
        self.said(
            one.at,
            "POST",
            "/v1/sessions/{session}/household",
            {"household_request": request, "signed_session": one.session},
            path_parameters={"session": one.session_id or str(uuid4())},
        )

    @rule(papers=papers, terminal=st.integers(0, 1), document=st.booleans())
    def fetch(self, papers: list[str], terminal: int, *, document: bool) -> None:
        path = "/v1/issuances/{issuance}" + "/document" * document
        for paper in papers:
            self.said(self.terminals[terminal], "GET", path, path_parameters={"issuance": paper})

    @rule(
        target=reports,
        papers=papers,
        terminal=st.integers(0, 1),
        body=st.sampled_from(BODIES),
        number=st.sampled_from((None, None, 1)),
    )
    def report(
        self, papers: list[str], terminal: int, body: Any, number: int | None
    ) -> tuple[StandIn, str]:
        at = self.terminals[terminal]
        about = None if isinstance(body, OfMachine) else papers[0]
        report = at.signed(about, body, sequence=number)
        self.said(at, "POST", "/v1/reports", {"report": report})
        return at, report

    @rule(target=reports, sent=reports, terminal=st.integers(0, 1))
    def repeat(self, sent: tuple[StandIn, str], terminal: int) -> tuple[StandIn, str]:
        at = sent[0] if terminal == 0 else self.terminals[terminal]
        self.said(at, "POST", "/v1/reports", {"report": sent[1]})
        return sent


@pytest.fixture
def terminals(enter: Callable[..., Any], system: LocalSystem) -> list[StandIn]:
    async def both() -> list[StandIn]:
        async with aiohttp.ClientSession() as http:
            inside = enter(system, http)
            return [await inside.terminal(number) for number in (0, 1)]

    return asyncio.run(both())


def test_any_order_of_events_gets_described_answers(
    system: LocalSystem, terminals: list[StandIn], send: Callable[[Any, str, str | None], Any]
) -> None:
    description = json.loads((FOLDER / "gateway.json").read_text("utf-8"))
    members: dict[str, Any] = {
        "system": system,
        "terminals": terminals,
        "send": staticmethod(send),
        "came": set[tuple[str, int]](),
        "api": schemathesis.openapi.from_dict(description),
    }
    until = time.monotonic() + SECONDS
    while True:
        run_state_machine_as_test(
            type("Here", (Visits,), members),
            settings=settings(
                max_examples=VISITS,
                stateful_step_count=STEPS,
                derandomize=not SECONDS,
                database=None,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
        if time.monotonic() >= until:
            break
    assert members["came"] >= REACHED, REACHED - members["came"]
