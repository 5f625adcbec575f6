"""A gateway that lies gets nothing: nothing opens in a wrong terminal, nothing without a card."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
from local_stack.lying_gateway import Exchange, LyingGateway
from local_stack.releasing import release_stops
from local_stack.system import LocalSystem
from madoguchi_wire.adapter_api import PrepareStatement, SignedRequest
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind, Order, ResidentRecordOptions
from madoguchi_wire.reports import Money, VoidReason
from madoguchi_wire.sealing import OpeningKey, SealingSuite
from madoguchi_wire.session import SessionStatement, SignedSession
from madoguchi_wire.signed import token_digest, unverified_payload
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import GatewayRefused, GatewaySilent
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.terminal_folder import StartedTerminal, start_terminal

pytestmark = pytest.mark.system

ICHIKAWA, SHIBUYA = "122033", "131130"
VICTIM, THIEF = "resident-03", "resident-04"


@pytest.fixture
def system(traced: LocalSystem) -> LocalSystem:
    return traced


@dataclass
class Scene:
    """Two terminals behind a lying gateway: the victim's cardholder came first."""

    system: LocalSystem
    liar: LyingGateway
    victim: StartedTerminal
    thief: StartedTerminal
    http: aiohttp.ClientSession

    async def visit(
        self, started: StartedTerminal, card: str, *, household: bool = False
    ) -> Served:
        folder = self.system.installation.layout.card(ICHIKAWA, card)
        person = Cardholder.of(VirtualCard.load(folder))
        driver = AsyncDriver(Counter(started.machine, started.journal, person), self.http)
        wish = Application(ICHIKAWA, Kind.RESIDENT_RECORD, household=household)
        return await driver.run(serve(started.terminal, wish))


@pytest.fixture(autouse=True)
async def frozen(system: LocalSystem) -> AsyncGenerator[Callable[[], Awaitable[set[str | None]]]]:
    """Tells at which terminals something is stopped; afterwards nothing is."""

    async def stopped() -> set[str | None]:
        stops = await release_stops(system.installation.facts, system.clock)
        return {stop.terminal for stop in stops}

    yield stopped
    await stopped()


@asynccontextmanager
async def scene(system: LocalSystem) -> AsyncGenerator[Scene]:
    layout = system.installation.layout
    terminals = sorted(path.name for path in layout.terminals.glob("komorebi-*"))[:2]
    liar = LyingGateway(system.installation.facts.gateways[0])
    async with liar.serving() as address, aiohttp.ClientSession() as http:
        victim, thief = (
            start_terminal(layout.terminal(name), system.clock, [address]) for name in terminals
        )
        try:
            yield Scene(system, liar, victim, thief, http)
        finally:
            victim.journal.close()
            thief.journal.close()


def answer(exchange: Exchange, change: Callable[[Any], None]) -> Exchange:
    told = json.loads(exchange.answer)
    change(told)
    return replace(exchange, answer=json.dumps(told).encode())


def other_document(stolen: LyingGateway) -> Callable[[Exchange], Exchange]:
    """Ciphertext and attestation of somebody else's paper."""
    theirs = stolen.last("document")

    def lie(exchange: Exchange) -> Exchange:
        if exchange.what != "document":
            return exchange
        return replace(exchange, answer=theirs.answer, headers=theirs.headers)

    return lie


def other_ciphertext(stolen: LyingGateway) -> Callable[[Exchange], Exchange]:
    """Somebody else's ciphertext under one's own attestation."""
    theirs = stolen.last("document").answer

    def lie(exchange: Exchange) -> Exchange:
        return replace(exchange, answer=theirs) if exchange.what == "document" else exchange

    return lie


def other_attestation(stolen: LyingGateway) -> Callable[[Exchange], Exchange]:
    """Somebody else's paper all the way: attestation in the order's answer, document to it."""
    attestation = json.loads(stolen.last("orders").answer)["issuances"][0]["attestation"]
    document = other_document(stolen)

    def change(told: Any) -> None:
        told["issuances"][0]["attestation"] = attestation

    def lie(exchange: Exchange) -> Exchange:
        return answer(exchange, change) if exchange.what == "orders" else document(exchange)

    return lie


def other_issuance(stolen: LyingGateway) -> Callable[[Exchange], Exchange]:
    """Somebody else's whole order answer, issuance id included, and their document."""
    theirs = stolen.last("orders").answer
    document = stolen.last("document")

    def lie(exchange: Exchange) -> Exchange:
        if exchange.what == "orders":
            return replace(exchange, answer=theirs)
        if exchange.what == "document":
            return replace(exchange, answer=document.answer, headers=document.headers, status=200)
        return exchange

    return lie


LIES = [other_document, other_ciphertext, other_attestation, other_issuance]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
async def test_nothing_that_was_made_for_another_session_is_sold(
    system: LocalSystem,
    lie: Callable[[LyingGateway], Callable[[Exchange], Exchange]],
    frozen: Callable[[], Awaitable[set[str | None]]],
) -> None:
    async with scene(system) as at:
        bought = await at.visit(at.victim, VICTIM)
        assert len(bought.printed) == 1
        at.liar.lie = lie(at.liar)
        cheated = await at.visit(at.thief, THIEF)
        assert cheated.printed == ()
        assert [void.reason for void in cheated.voided] == [VoidReason.DOCUMENT_REJECTED]
        assert [void.money for void in cheated.voided] == [Money.NOT_TAKEN]
        assert await frozen() <= {at.thief.terminal.identity.terminal}


async def test_the_household_of_another_session_does_not_open(system: LocalSystem) -> None:
    async with scene(system) as at:
        await at.visit(at.victim, VICTIM, household=True)
        theirs = at.liar.last("household").answer
        at.liar.lie = lambda exchange: (
            replace(exchange, answer=theirs) if exchange.what == "household" else exchange
        )
        with pytest.raises(GatewaySilent, match="not for this session"):
            await at.visit(at.thief, THIEF, household=True)


@pytest.mark.parametrize(
    ("swapped", "slug"),
    [("signed_session", "session-of-another-terminal"), ("order", "order-not-of-session")],
)
async def test_an_order_with_another_session_is_refused(
    system: LocalSystem, swapped: str, slug: str
) -> None:
    async with scene(system) as at:
        await at.visit(at.victim, VICTIM)
        theirs = json.loads(at.liar.last("orders").body)

        def forge(what: str, body: bytes) -> bytes:
            if what != "orders":
                return body
            return json.dumps(json.loads(body) | {swapped: theirs[swapped]}).encode()

        at.liar.forge = forge
        with pytest.raises(GatewayRefused) as refused:
            await at.visit(at.thief, THIEF)
        assert refused.value.slug == slug


class AskingOnItsOwn:
    """The liar at the adapters' doors, with the gateway's own key and all that it saw."""

    def __init__(self, at: Scene) -> None:
        layout = at.system.installation.layout
        self.at = at
        self.key = SigningKey.load(layout.request_key)
        body = json.loads(at.liar.last("orders").body)
        self.session: str = body["signed_session"]
        self.order: str = body["order"]

    async def prepare(self, municipality: str = ICHIKAWA, **forged: Any) -> tuple[int, str]:
        now, issuance = self.at.system.clock.now(), str(uuid4())
        fields: dict[str, Any] = {
            "issuance": issuance,
            "municipality": municipality,
            "session": self.session,
            "order": self.order,
            "copy_number": 1,
            "accepted_on": japan_day(now),
            "requested_at": now,
            "deadline": now + timedelta(seconds=20),
        }
        statement = PrepareStatement(**fields | forged)
        address = self.at.system.installation.facts.adapters[municipality]
        url = f"{address}/v1/municipalities/{municipality}/issuances/{issuance}/prepare"
        body = SignedRequest(request=statement.signed_by(self.key)).model_dump_json()
        headers = {"content-type": "application/json"}
        async with self.at.http.post(url, data=body, headers=headers) as response:
            told = await response.json(content_type=None)
            return response.status, told.get("type", "prepared").rsplit("/", 1)[-1]

    def forged_session(self, **changes: Any) -> str:
        """The session with other content, countersigned by a terminal key of the liar's own."""
        signed = SignedSession.parsed(unverified_payload(self.session))
        statement: SessionStatement = signed.statement.model_copy(update=changes)
        mine = SigningKey.generate()
        return signed.model_copy(update={"statement": statement}).signed_by(mine)

    def forged_order(self, session: str, key: SigningKey, **changes: Any) -> str:
        order = Order.parsed(unverified_payload(self.order))
        changes = {"session": token_digest(session)} | changes
        return order.model_copy(update=changes).signed_by(key)


async def prepared_papers(system: LocalSystem) -> int:
    count = 0
    for dsn in system.installation.facts.municipality_databases.values():
        connection = await asyncpg.connect(dsn)
        count += await connection.fetchval(
            "SELECT count(*) FROM claims WHERE attestation IS NOT NULL"
        )
        await connection.close()
    return count


async def test_adapters_give_a_gateway_on_its_own_nothing(system: LocalSystem) -> None:
    async with scene(system) as at:
        await at.visit(at.victim, VICTIM)
        before = await prepared_papers(system)
        liar = AskingOnItsOwn(at)
        mine, opening = SigningKey.generate(), OpeningKey(SealingSuite.X25519)
        stolen = liar.forged_session(sealing_key=to_base64url(opening.public))
        own = liar.forged_session(sealing_key=to_base64url(opening.public), signing_key=mine.public)
        members = ResidentRecordOptions(members=("AAAAAAAAAAAAAAAAAAAAAA",), honseki=True)
        attempts = {
            "the same order under another issuance id": liar.prepare(),
            "a copy that was not ordered": liar.prepare(copy_number=2),
            "another municipality": liar.prepare(SHIBUYA),
            "its own sealing key in the session": liar.prepare(session=stolen),
            "its own session, key and order": liar.prepare(
                session=own, order=liar.forged_order(own, mine)
            ),
            "an order of its own in a real session": liar.prepare(
                order=liar.forged_order(liar.session, mine, options=members)
            ),
        }
        answers = {what: await attempt for what, attempt in attempts.items()}
        assert answers == {
            "the same order under another issuance id": (409, "order-replayed"),
            "a copy that was not ordered": (403, "order-refused"),
            "another municipality": (403, "session-of-another-municipality"),
            "its own sealing key in the session": (403, "signature-refused"),
            "its own session, key and order": (403, "signature-refused"),
            "an order of its own in a real session": (403, "order-not-of-session"),
        }
        assert await prepared_papers(system) == before


async def test_somebody_without_the_gateways_key_is_not_even_heard(system: LocalSystem) -> None:
    async with scene(system) as at:
        await at.visit(at.victim, VICTIM)
        liar = AskingOnItsOwn(at)
        liar.key = SigningKey.generate()
        assert await liar.prepare() == (403, "signature-refused")


async def test_after_all_the_lies_the_books_hold_what_was_printed(system: LocalSystem) -> None:
    connection = await asyncpg.connect(system.installation.facts.gateway_database)
    try:
        metered = await connection.fetch("SELECT issuance_id FROM metering_records")
        waiting = await connection.fetchval(
            "SELECT coalesce(sum(CASE WHEN debit_account LIKE 'deposits%' THEN -yen"
            " WHEN credit_account LIKE 'deposits%' THEN yen ELSE 0 END), 0) FROM ledger_transfers"
        )
    finally:
        await connection.close()
    printed = system.installation.layout.terminals.glob("*/papers/*.pdf")
    assert {str(row["issuance_id"]) for row in metered} == {path.stem for path in printed}
    assert waiting == 0
