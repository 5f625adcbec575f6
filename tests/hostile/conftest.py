"""One system of real processes for all hostile callers of this folder, and what is real in it."""

import asyncio
import json
import os
import re
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
import requests
import schemathesis
from gateway_testing.customer import Customer, StandIn
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.installation.facts import GATEWAY_NAME
from local_stack.system import LocalSystem
from madoguchi_wire.adapter_api import HouseholdStatement, OutcomeStatement, PrepareStatement
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.enrolling import EnrolmentAsked, ask_again, ask_with_code
from madoguchi_wire.errors import all_errors
from madoguchi_wire.gateway_api import AccessToken, Menu
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import HouseholdRequest
from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    Completed,
    Money,
    Paid,
    PaperRefilled,
    Voided,
    VoidReason,
)
from madoguchi_wire.signed import Statement
from madoguchi_wire.stamps import Stamp
from schemathesis.specs.openapi import checks
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.access import token_call
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.terminal_folder import load_identity

UNSIGNED: Any = cast("Any", checks).positive_data_acceptance
"""What fits the schema need not be signed by anybody."""
Send = Callable[[Any, str, str | None], Any]
ICHIKAWA, SHIBUYA = "122033", "131130"
_SYSTEM = ExitStack()
FRESH_SECONDS = 45
"""How old what is real may be: sessions live five minutes, signed requests one."""


@pytest.fixture(scope="session")
def system(
    postgres: PostgresServer,
    centre_postgres: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LocalSystem]:
    """A whole system: three adapters, two gateways, a relay, a stamper."""
    made = LocalSystem(
        tmp_path_factory.mktemp("hostile"),
        postgres,
        prefix=f"hostile_{secrets.token_hex(4)}",
        card_keys=card_keys(),
        centre=centre_postgres,
        environment={"KAFKA_BOOTSTRAP_SERVERS": ""},
    )
    with _SYSTEM as stack:
        stack.callback(made.drop_databases)
        yield stack.enter_context(made)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Stop it after the last test of this folder: idle it would take a twentieth of a core."""
    if nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent):
        _SYSTEM.close()


@dataclass
class Insiders:
    """Terminals and cardholders of the system, honest until a test alters what they send."""

    system: LocalSystem
    http: aiohttp.ClientSession
    numbers: dict[str, "count[int]"]
    """Of reports, for each terminal: it never gives one twice, whoever stands in for it."""

    async def terminal(self, number: int = 0) -> StandIn:
        """Return a store's terminal with a real access token: a city's asks for other prices."""
        layout, facts = self.system.installation.layout, self.system.installation.facts
        stores = sorted(layout.terminals.glob("komorebi-*"))
        identity = load_identity(stores[number])
        call = token_call(Terminal.started(identity, self.system.clock, ()))
        async with self.http.post(
            facts.gateways[0] + call.path, data=call.body, headers=call.headers
        ) as answer:
            token = AccessToken.model_validate_json(await answer.read()).access_token
        return StandIn(
            self.http,
            facts.gateways[0],
            identity.terminal,
            identity.statement_key,
            identity.enrolment,
            token,
            self.system.clock,
            self.numbers[identity.terminal],
        )

    async def customer(self, at: StandIn, card: str, municipality: str = ICHIKAWA) -> Customer:
        """Return somebody who stands before the menu with a card."""
        folder = self.system.installation.layout.card(municipality, card)
        answered = await at.call("GET", f"/v1/municipalities/{municipality}/menu")
        menu = Menu.model_validate_json(answered.body)
        return Customer(at, VirtualCard.load(folder), menu)

    def asks(self, statement: Statement) -> str:
        """Return a statement as the gateway signs it for an adapter."""
        return statement.signed_by(SigningKey.load(self.system.installation.layout.request_key))


@pytest.fixture(scope="session")
def send() -> Iterator[Send]:
    """A function that sends a case of an API description and holds its answer to it.

    If `FUZZ_REPORT` names a file, what was sent to which API and how it was answered is kept there.
    """
    counts: dict[str, Any] = {}
    with requests.Session() as session:

        def sent(case: Any, address: str, bearer: str | None) -> Any:
            headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            count = counts.setdefault(
                case.operation.schema.raw_schema["info"]["title"],
                {"operations": set(), "statuses": Counter(), "failures": 0},
            )
            count["operations"].add(case.operation.label)
            try:
                answer = _validated(case, address, headers, session)
            except BaseException:  # its groups of failures are no Exceptions
                count["failures"] += 1
                raise
            count["statuses"][str(answer.status_code)] += 1
            return answer

        yield sent
    if path := os.environ.get("FUZZ_REPORT"):
        Path(path).write_text(json.dumps([_counted(*one) for one in counts.items()], indent=1))


def _counted(api: str, count: dict[str, Any]) -> dict[str, Any]:
    return {
        "api": api,
        "operations": len(count["operations"]),
        "examples": count["statuses"].total() + count["failures"],
        "statuses": dict(sorted(count["statuses"].items())),
        "failures": count["failures"],
    }


def _validated(case: Any, address: str, headers: dict[str, str], session: Any) -> Any:
    return case.call_and_validate(
        base_url=address,
        session=session,
        headers=headers,
        additional_checks=[problems_are_those_that_are_described],
        excluded_checks=[UNSIGNED],
        timeout=30,
    )


def problems_are_those_that_are_described(
    _: schemathesis.CheckContext, response: Any, case: Any
) -> None:
    """Hold that a refusal is a problem document of a type that is named for its status."""
    status = response.status_code
    if status < 400 or "ready" in response.json():
        return
    document = response.json()
    slug = document["type"].removeprefix("/problems/")
    assert response.headers["content-type"] == ["application/problem+json"]
    assert document["status"] == status == all_errors()[slug].status
    assert slug != "internal-error"
    # Both are about the address, of which an operation knows nothing.
    if slug not in ("not-found", "method-not-allowed"):
        described = case.operation.definition.raw["responses"][str(status)]["description"]
        assert slug in re.findall(r"`([a-z-]+)`:", described), document


Enter = Callable[[LocalSystem, aiohttp.ClientSession], Insiders]


@pytest.fixture(scope="session")
def enter() -> Enter:
    """Make insiders of a system, with an HTTP client."""
    return partial(Insiders, numbers=defaultdict(lambda: count(1)))


Scene = dict[str, str]
"""Values that belong together, by the names that the API descriptions give them."""


@dataclass(frozen=True)
class Real:
    """What the system takes, or took, or would take from somebody else."""

    made_at: float
    bearer: str
    gateway: list[Scene]
    adapter: list[Scene]

    @property
    def fresh(self) -> bool:
        """Whether all of it still means what it meant."""
        return time.monotonic() - self.made_at < FRESH_SECONDS


@pytest.fixture(scope="session")
def real(system: LocalSystem, enter: Enter) -> Callable[[], Real]:
    """A function that returns what is real, made anew when it has grown old."""
    kept: list[Real] = []

    def fresh() -> Real:
        if not kept or not kept[-1].fresh:
            kept.append(asyncio.run(_gather(system, enter)))
        return kept[-1]

    return fresh


async def _gather(system: LocalSystem, enter: Enter) -> Real:
    async with aiohttp.ClientSession() as http:
        inside = enter(system, http)
        here, there = await inside.terminal(0), await inside.terminal(1)
        one = await inside.customer(here, "resident-03")
        other = await inside.customer(there, "resident-04")
        waiting = [
            await inside.customer(here, f"resident-{number:02d}", code)
            for number in range(5, 9)
            for code in (ICHIKAWA, SHIBUYA)
        ]
        assert (await one.open()).status == (await other.open()).status == 201
        scenes = [
            *[scene for _ in range(4) for scene in await _scenes(one)],
            *await _scenes(other),
            *[
                {"code": SHIBUYA, "session": str(uuid4()), "signed_session": late.session}
                for late in waiting
            ],
            *[{"slug": slug} for slug in ("not-found", "internal-error", "come-to-the-counter")],
            *_strange_reports(here, str(uuid4())),
            *await _enrolments(here),
        ]
        requests = await _requests(inside, one)
        return Real(time.monotonic(), here.token, [{"of": ""} | one for one in scenes], requests)


async def _scenes(one: Customer) -> list[Scene]:
    """One paper of a cardholder, before and after each of its reports, and two more orders."""
    order, key = one.signed_order(), str(uuid4())
    issuance = str((await one.order(order, key=key)).order.issuances[0].issuance)
    household, _ = await one.ask_household()
    common = {
        "code": ICHIKAWA,
        "session": one.session_id,
        "signed_session": one.session,
        "issuance": issuance,
    }
    voided = Voided(reason=VoidReason.CANCELLED, money=Money.NOT_TAKEN)
    again = {"order": order, "Idempotency-Key": key, "household_request": household}
    return [
        common | again | {"report": one.at.signed(issuance, Paid(yen=250))},
        common | _new(one) | {"report": one.at.signed(issuance, Completed(pages=1))},
        common | _new(one, copies=3) | {"report": one.at.signed(issuance, voided)},
    ]


def _new(one: Customer, copies: int = 1) -> Scene:
    request = HouseholdRequest(
        session=one.digest,
        nonce=to_base64url(secrets.token_bytes(16)),
        requested_at=one.at.clock.now(),
    )
    return {
        "order": one.signed_order(copies=copies),
        "Idempotency-Key": str(uuid4()),
        "household_request": request.signed_by(one.session_key),
    }


def _strange_reports(at: StandIn, paper: str) -> list[Scene]:
    reports = [
        at.signed(None, CashCounted(yen=0)),
        at.signed(None, CashCounted(yen=10**30)),
        at.signed(None, CashCollected(yen=0)),
        at.signed(None, CashCollected(yen=10**30)),
        at.signed(None, PaperRefilled(sheets=10**30)),
        at.signed(paper, PaperRefilled(sheets=1)),
        at.signed(paper, Paid(yen=0), sequence=2**63),
        at.signed(paper, Paid(yen=0), sequence=10**25),
        at.signed(f"{{{paper}}}", Paid(yen=250)),
        at.signed("no issuance", Completed(pages=10**18)),
    ]
    return [{"report": report} for report in reports]


async def _enrolments(at: StandIn) -> list[Scene]:
    """Requests that wait for the registrar, one with a code and one by keys that are enrolled."""
    scenes: list[Scene] = []
    for by_code in (True, False):
        statement_key, token_key = SigningKey.generate(), SigningKey.generate()
        said = EnrolmentAsked(
            gateway=GATEWAY_NAME,
            terminal=f"komorebi-{uuid4()}",
            statement_key=statement_key.public,
            token_key=token_key.public,
            asked_at=at.clock.now(),
            nonce=to_base64url(secrets.token_bytes(16)),
        )
        if by_code:
            asked = ask_with_code(said, statement_key, token_key, "ABCD-EFGH-IJKL-MNOP")
        else:
            asked = ask_again(said, statement_key, token_key, at.key, at.enrolment)
        body = asked.model_dump(mode="json", exclude_none=True)
        answered = await at.call("POST", "/v1/enrolments", body)
        assert answered.status == 202
        scenes += [body | {"request": str(asked.request)}] * 8
    return [*scenes, scenes[0] | scenes[-1]]


async def _requests(inside: Insiders, one: Customer) -> list[Scene]:
    now, paper = inside.system.clock.now(), str(uuid4())
    prepare = PrepareStatement(
        issuance=paper,
        municipality=ICHIKAWA,
        session=one.session,
        order=one.signed_order(),
        copy_number=1,
        accepted_on=japan_day(now),
        requested_at=now,
        deadline=now + timedelta(seconds=60),
    )
    outcome = OutcomeStatement(
        issuance=str(uuid4()), municipality=ICHIKAWA, outcome="expired", reports=(), decided_at=now
    )
    asked = HouseholdStatement(
        municipality=ICHIKAWA,
        session=one.session,
        household_request=_new(one)["household_request"],
        requested_at=now,
        deadline=now + timedelta(seconds=60),
    )
    altered: list[Statement] = [
        *[prepare, asked, outcome] * 3,
        *[prepare.model_copy(update=change) for change in _ALTERED_PREPARE],
        *[asked.model_copy(update=change) for change in _ALTERED_HOUSEHOLD],
        *[outcome.model_copy(update=change) for change in _ALTERED_OUTCOME],
    ]
    stamps = await _stamps(inside.system)
    return [{"of": "/beacon", "code": ICHIKAWA}, *stamps] + [
        {
            "of": _PATHS[type(statement)],
            "code": ICHIKAWA,
            "issuance": outcome.issuance if isinstance(statement, OutcomeStatement) else paper,
            "request": inside.asks(statement),
        }
        for statement in altered
    ]


_SIGNED = "SELECT token FROM stamps WHERE countersignatures ? $1 ORDER BY number LIMIT 3"


async def _stamps(system: LocalSystem) -> list[Scene]:
    """Stamps that the witness knows, and what the centre's key could make of them."""
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    try:
        rows: list[Any] = []
        for _ in range(300):
            # The first one is made within a second of the first event.
            rows = rows or await connection.fetch(_SIGNED, ICHIKAWA)
            await asyncio.sleep(0 if rows else 0.1)
    finally:
        await connection.close()
    tokens: list[str] = [row["token"] for row in rows]
    key = SigningKey.load(system.installation.layout.stamping_key)
    known = Stamp.verified(tokens[0], key.private.public_key())
    # None of them may continue the chain: the true one could not go on.
    lies = [known.model_copy(update=change).signed_by(key) for change in _ALTERED_STAMP]
    return [
        {"of": "/stamps", "municipality": ICHIKAWA, "stamp": token}
        for token in [*tokens * 3, *lies]
    ]


_ALTERED_STAMP: list[dict[str, Any]] = [
    {"root": "0" * 64},
    {"number": 10**18},
    {"number": 10**30},
    {"total": 10**25},
    {"centre": "another"},
    {"stamped_at": datetime(9999, 12, 31, tzinfo=UTC)},
]
_PATHS: dict[type[Statement], str] = {
    PrepareStatement: "/prepare",
    HouseholdStatement: "/household",
    OutcomeStatement: "/outcome",
}
_ALTERED_PREPARE: list[dict[str, Any]] = [
    {},
    {"issuance": str(uuid4())},
    {"copy_number": 10**18},
    {"copy_number": 2},
    {"order": "a.b.c"},
    {"session": ""},
    {"municipality": SHIBUYA},
    {"accepted_on": date(1, 1, 1)},
    {"deadline": datetime(9999, 12, 31, tzinfo=UTC)},
]
_ALTERED_HOUSEHOLD: list[dict[str, Any]] = [{}, {"household_request": "\0"}, {"session": "."}]
_ALTERED_OUTCOME: list[dict[str, Any]] = [
    {},
    {"reports": ("a.b.c",) * 3},
    {"issuance": "\0"},
    {"outcome": "completed"},
]
