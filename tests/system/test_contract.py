"""What a real broker holds, after all that can happen at the centre, is what the documents say."""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import jsonschema_rs
import pytest
import yaml
from aiokafka import AIOKafkaConsumer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from gateway.audit.outbox import free_row, insert_events
from gateway_testing.customer import PRICE, Customer, StandIn
from gateway_testing.world import eventually
from local_stack.databases import PostgresServer
from local_stack.folders import ROOT, card_keys
from local_stack.kafka_cluster import KafkaCluster
from local_stack.releasing import release_stops
from local_stack.settling import settle
from local_stack.system import LocalSystem
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.event_data import check_data
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.gateway_api import AccessToken, Menu
from madoguchi_wire.kit.pool import open_pool
from madoguchi_wire.reports import (
    CashCounted,
    Completed,
    Money,
    NotMine,
    Paid,
    Rejected,
    Voided,
    VoidReason,
)
from store_terminal_sim.cards.virtual_card import VirtualCard
from store_terminal_sim.core.access import token_call
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.terminal_folder import load_identity

pytestmark = pytest.mark.system

ICHIKAWA, SHIBUYA = "122033", "131130"
TERMINALS = ("komorebi-ichikawa-yawata-1", "komorebi-osaka-1")
DOCS = ROOT / "docs"
DOCUMENT = yaml.safe_load((DOCS / "asyncapi.yaml").read_text("utf-8"))
PATIENCE_S = 60
_STRANGERS = """
    INSERT INTO caller_failures (minute, slug, count)
    VALUES (date_trunc('minute', now() - interval '1 day'), 'not-found', 3)
"""
_PAST = """
    SELECT (SELECT count(*) FROM caller_failures WHERE minute < now() - interval '1 hour')
         + (SELECT count(*) FROM terminal_failures WHERE minute < now() - interval '1 hour')
"""
_ONE_TERMINAL = """
    INSERT INTO terminal_failures (minute, terminal, site, slug, count)
    VALUES (date_trunc('minute', now() - interval '1 day'), 'machikado-urayasu-1',
            'machikado-urayasu', 'not-found', 3)
"""


_PAST_MONTH = "SELECT ensure_month_partitions($1, 1)"
_ELSEWHERE = """
    SELECT (SELECT count(*) FROM outbox AS event
            LEFT JOIN stamps ON stamps.number = event.stamp
            WHERE event.recorded_on < $1
              AND (event.published_at IS NULL OR stamps.published_at IS NULL))
"""
_ARCHIVED = "SELECT count(*) FROM events"


@pytest.fixture
def system(
    postgres: PostgresServer,
    centre_postgres: PostgresServer,
    kafka: KafkaCluster,
    audit_topic: str,
    tmp_path: Path,
) -> Iterator[LocalSystem]:
    made = LocalSystem(
        tmp_path / "installation",
        postgres,
        prefix=f"contract_{secrets.token_hex(4)}",
        card_keys=card_keys(),
        centre=centre_postgres,
        broker=kafka,
        environment={
            "RELAY_KAFKA_TOPIC": audit_topic,
            "AUDIT_KAFKA_TOPIC": audit_topic,
            "AUDIT_KAFKA_GROUP": audit_topic,
            "GATEWAY_ISSUANCE_DEADLINE_SECONDS": "4",
            "GATEWAY_REPORT_DEADLINE_SECONDS": "15",
            "OTEL_TRACES_EXPORTER": "console",
        },
    )
    try:
        with made:
            yield made
    finally:
        made.drop_databases()


def test_messages_are_what_the_documents_say(
    system: LocalSystem, kafka: KafkaCluster, audit_topic: str
) -> None:
    asyncio.run(everything(system))
    asyncio.run(past_minutes_told(system))
    settle(system, PATIENCE_S)
    events, stamps, letters = [
        asyncio.run(read(kafka.servers, f"{audit_topic}{ending}"))
        for ending in ("", ".stamps", ".dead-letter")
    ]
    assert letters == []
    said = defaultdict[EventType, int](int)
    for message in events:
        said[hold_event(message)] += 1
    assert set(said) == set(EventType), f"not everything happened: {dict(said)}"
    validator = validator_of("schemas/stamp-record.json")
    for message in stamps:
        validator.validate(strict_json(message.value))
        assert message.key == b"centre.madoguchi.example"
    assert stamps
    # The tripwire looks for persons there when the system is stopped: nothing may be on its way.
    asyncio.run(archived(system, len({message.value for message in events})))


def hold_event(message: Any) -> EventType:
    """Hold one message to everything that is said of it; return its type."""
    event = AuditEvent.model_validate_json(message.value)
    assert event.canonical() == message.value
    assert message.key == event.subject.encode()
    described = described_by_name()[event.type.value]
    headers = {name: value.decode() for name, value in message.headers}
    jsonschema_rs.validate(described["headers"], headers)
    validator_of(described["payload"]["$ref"]).validate(strict_json(message.value))
    check_data(event.type, event.data)
    return event.type


def described_by_name() -> dict[str, Any]:
    events = DOCUMENT["channels"]["events"]["messages"].values()
    messages = DOCUMENT["components"]["messages"]
    found = [messages[one["$ref"].rpartition("/")[2]] for one in events]
    return {one["name"]: one for one in found}


def validator_of(path: str, made: dict[str, Any] = {}) -> Any:  # noqa: B006 (it keeps them)
    if path not in made:
        made[path] = jsonschema_rs.validator_for(json.loads((DOCS / path).read_bytes()))
    return made[path]


async def read(servers: str, topic: str) -> list[Any]:
    """Everything that a topic holds."""
    consumer: Any = AIOKafkaConsumer(
        topic, bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        messages = list[Any]()
        while len(messages) < sum(ends.values()):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                messages += batch
        return messages
    finally:
        await consumer.stop()


async def everything(system: LocalSystem) -> None:
    """Let all happen that makes events: what goes well, what is refused, held, stopped, undone."""
    dsn = system.installation.facts.gateway_database
    await run_sql(dsn, _STRANGERS)
    await run_sql(dsn, _ONE_TERMINAL)
    past = system.clock.now() - timedelta(days=100)
    await told_then(system, past)
    async with aiohttp.ClientSession() as http:
        here, there = [await terminal(system, http, name) for name in TERMINALS]
        async with customer(system, here, "large-household") as asking:
            await asking.ask_household()
            paper = await sold(asking)
            assert (await here.report(paper, Completed(pages=1))).status == 200
        await here.report(None, CashCounted(yen=PRICE))
        async with customer(system, here, "child") as child:
            assert (await child.order()).slug == "under-age"
        async with customer(system, here, "resident-03") as leaving:
            paper = await sold(leaving)
            refunded = Voided(reason=VoidReason.PRINT_FAILED, money=Money.REFUNDED)
            await here.report(paper, refunded)
        await here.call("GET", "/v1/issuances/00000000-0000-4000-8000-000000000000")
        async with customer(system, here, "resident-04") as silent:
            await delivered(silent)
        await late(system, there)
        async with customer(system, there, "resident-05") as doubting:
            paper = await delivered(doubting)
            rejected = Rejected(
                what="document", attestation_sha256="0" * 64, ciphertext_sha256="0" * 64
            )
            await there.report(paper, rejected)
            await there.report(paper, NotMine())
    await release_stops(system.installation.facts, system.clock)
    asked = ["pseudonyms", ICHIKAWA, "jpki-card", "--by", "sato"]
    await gateway_command(system, asked, b"1a2b\n")
    await gateway_command(system, ["note-archive", f"{UUID(int=7)}:7:{'0' * 64}", "--by", "sato"])
    for change in ("suspend", "resume"):
        words = ["terminals", change, TERMINALS[1], "--by", "sato", "--why", "a drill, as told"]
        await gateway_command(system, words, module="madoguchi")
    await emptied(system, past)
    for state in ("quarantined", "in_doubt"):
        await eventually(partial(there_is, dsn, state), PATIENCE_S)
        for issuance in await ids(dsn, state):
            await decide(system, issuance)


async def late(system: LocalSystem, at: StandIn) -> None:
    """An order whose adapter does not answer before the deadline."""
    async with customer(system, at, "resident-03", SHIBUYA) as waiting:
        pid = system.processes[f"adapter-{SHIBUYA}"].pid
        os.kill(pid, signal.SIGSTOP)
        try:
            await waiting.order()
        finally:
            os.kill(pid, signal.SIGCONT)


async def told_then(system: LocalSystem, moment: datetime) -> None:
    """Leave an event of a month that is long over."""
    row = free_row(
        source="centre.madoguchi.example",
        type=EventType.CARDHOLDER_ASKED,
        moment=moment,
        municipality=ICHIKAWA,
        data={"municipality": ICHIKAWA, "asked_by": "sato"},
    )
    facts = system.installation.facts
    offset = timedelta(seconds=facts.clock_offset_seconds)
    pooled = await open_pool(facts.gateway_database, offset)
    async with pooled as pool, pool.acquire() as connection:
        await connection.execute(_PAST_MONTH, row.recorded_on)
        await insert_events(connection, [row])


async def emptied(system: LocalSystem, moment: datetime) -> None:
    """Remove that month's payloads from the outbox, once they are elsewhere."""
    month = japan_day(moment).replace(day=1)
    following = month + timedelta(days=31)

    async def elsewhere() -> bool:
        (row,) = await run_sql(system.installation.facts.gateway_database, _ELSEWHERE, following)
        return row[0] == 0

    await eventually(elsewhere, PATIENCE_S)
    await gateway_command(system, ["empty", f"{month:%Y-%m}", "--by", "sato"])


async def decide(system: LocalSystem, issuance: str) -> None:
    words = ["decide", issuance, "voided", "--money", "refunded", "--by", "sato"]
    await gateway_command(system, [*words, "--reason", "a drill, as told"])


async def gateway_command(
    system: LocalSystem, words: list[str], given: bytes = b"", module: str = "gateway"
) -> None:
    facts = system.installation.facts
    environment = os.environ | system.processes["gateway-1"].env
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", module, *words],
        env=environment | {"GATEWAY_DATABASE_URL": facts.gateway_database},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    await process.communicate(given)
    assert process.returncode == 0


async def terminal(system: LocalSystem, http: aiohttp.ClientSession, name: str) -> StandIn:
    identity = load_identity(system.installation.layout.terminal(name))
    gateway = system.installation.facts.gateways[0]
    call = token_call(Terminal.started(identity, system.clock, ()))
    async with http.post(gateway + call.path, data=call.body, headers=call.headers) as answer:
        token = AccessToken.model_validate_json(await answer.read()).access_token
    name, key, enrolment = identity.terminal, identity.statement_key, identity.enrolment
    return StandIn(http, gateway, name, key, enrolment, token, system.clock)


@asynccontextmanager
async def customer(
    system: LocalSystem, at: StandIn, card: str, municipality: str = ICHIKAWA
) -> AsyncGenerator[Customer]:
    answered = await at.call("GET", f"/v1/municipalities/{municipality}/menu")
    folder = system.installation.layout.card(municipality, card)
    made = Customer(at, VirtualCard.load(folder), Menu.model_validate_json(answered.body))
    opened = await made.open()
    assert opened.status == 201, opened.json
    yield made


async def delivered(made: Customer) -> str:
    paper = str((await made.order()).order.issuances[0].issuance)
    answered = await made.at.document(paper)
    assert answered.status == 200, answered.json
    return paper


async def sold(made: Customer) -> str:
    paper = await delivered(made)
    answered = await made.at.report(paper, Paid(yen=PRICE))
    assert answered.json["go"] is True, answered.json
    return paper


async def past_minutes_told(system: LocalSystem) -> None:
    """Wait until what was merged by minute has become events; the gateway looks every 20 s."""
    dsn = system.installation.facts.gateway_database

    async def told() -> bool:
        (row,) = await run_sql(dsn, _PAST)
        return row[0] == 0

    await eventually(told, PATIENCE_S)


async def archived(system: LocalSystem, events: int) -> None:
    """Wait until the archive has what the topic had."""

    async def there() -> bool:
        (row,) = await run_sql(system.installation.facts.audit_database, _ARCHIVED)
        return row[0] >= events

    await eventually(there, PATIENCE_S)


async def run_sql(dsn: str, statement: str, *values: object) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


async def ids(dsn: str, state: str) -> list[str]:
    rows = await run_sql(dsn, "SELECT issuance_id FROM issuances WHERE state = $1", state)
    return [str(row["issuance_id"]) for row in rows]


async def there_is(dsn: str, state: str) -> bool:
    return bool(await ids(dsn, state))
