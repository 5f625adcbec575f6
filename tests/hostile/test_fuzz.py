"""Whatever is sent, answers are those of the API descriptions, and never a fault of ours.

`make test` repeats one seed; `make fuzz` goes on with random ones for `FUZZ_SECONDS`.
"""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import billing_testing.serving as billing_serving
import pytest
import schemathesis
from audit.consuming.files import import_files
from audit.database.migrate import migrated
from audit_testing.history import History
from audit_testing.parties import CENTRE, NOW, SIGN_IN, Parties
from audit_testing.serving import archive_process
from audit_testing.stamping import stamped
from audit_testing.writing import write_files
from billing.books.office import Office
from billing.closing.choosing import close
from billing.database.migrate import migrated as billing_migrated
from billing.invoices.making import make_invoices
from billing.rules.periods import Period
from billing.statements.making import make_statements
from billing.transfer_files.making import Asked, make_transfer_file
from billing_testing.contracts import sample_contracts
from billing_testing.gateway_books import Issued, make_months, write
from gateway.database.migrate import migrated as gateway_migrated
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from local_stack.databases import PostgresServer
from local_stack.openapi import FOLDER
from local_stack.system import LocalSystem
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import prepare_connection
from madoguchi_wire.reports import Money
from schemathesis.config import SchemathesisConfig

Send = Callable[[Any, str, str | None], Any]
SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
"""How long `make fuzz` goes on; 0 is one round with a seed that never changes."""
EXAMPLES = 60 if SECONDS else 10
REAL_EXAMPLES = 100 if SECONDS else 30
UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
CONFIG: dict[str, Any] = {
    "generation": {"max-examples": EXAMPLES, "deterministic": not SECONDS, "database": "none"},
    "phases": {"examples": {"enabled": False}, "stateful": {"enabled": False}},
}


def described(name: str, examples: int = EXAMPLES) -> Any:
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    few = {"generation": CONFIG["generation"] | {"max-examples": examples}}
    config: Any = SchemathesisConfig.from_dict(CONFIG | few)  # pyright: ignore[reportUnknownMemberType]
    return schemathesis.openapi.from_dict(json.loads(text), config=config)


GATEWAY, ADAPTER = described("gateway"), described("adapter")
RELAY, STAMPER = described("relay"), described("stamper")
ARCHIVE, BILLING = described("audit", EXAMPLES // 3), described("billing", EXAMPLES // 3)
NAMED = {"Madoguchi-Person": "sato", "Madoguchi-Reason": quote("四半期の確認")}


@pytest.mark.parametrize("known", [False, True], ids=["stranger", "terminal"])
@GATEWAY.parametrize()
def test_gateway(
    case: Any, system: LocalSystem, send: Send, real: Callable[[], Any], *, known: bool
) -> None:
    send(case, system.installation.facts.gateways[0], real().bearer if known else None)


@ADAPTER.parametrize()
def test_adapter(case: Any, system: LocalSystem, send: Send) -> None:
    send(case, system.installation.facts.adapters["122033"], None)


@RELAY.parametrize()
def test_relay(case: Any, system: LocalSystem, send: Send) -> None:
    send(case, system.installation.facts.relay, None)


@STAMPER.parametrize()
def test_stamper(case: Any, system: LocalSystem, send: Send) -> None:
    send(case, system.installation.facts.stamper, None)


@dataclass(frozen=True)
class Archive:
    """An archive that runs, and an event that is in it."""

    address: str
    event: AuditEvent

    def scene(self) -> dict[str, str]:
        """Return what is asked for when that event is looked for."""
        told, day = self.event.data, "2026-04-01"
        return {
            "issuance": self.event.subject,
            "event": self.event.id,
            "terminal": told["terminal"],
            "municipality": told["municipality"],
            "quarter": "2026-Q2",
            "first_day": day,
            "last_day": day,
        }


@pytest.fixture(scope="session")
def archive(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    folder, name = tmp_path_factory.mktemp("archive"), f"hostile_audit_{secrets.token_hex(4)}"
    address, parties = postgres.create_database(name), Parties(NOW)
    events = History(1, date(2026, 4, 1), 2, 8).events()
    files = write_files(folder, events, stamped(parties, events))
    asyncio.run(_fill(address, files, parties))
    process = archive_process(address, parties, folder)
    process.spawn()
    try:
        process.wait_until_ready()
        yield Archive(process.ready_url.removesuffix("/readyz"), events[0])
    finally:
        process.kill()
        postgres.drop_database(name)


async def _fill(address: str, files: tuple[Path, Path], parties: Parties) -> None:
    await migrated(address)
    connection = await asyncpg.connect(address)
    try:
        await prepare_connection(connection)
        await import_files(connection, files[0], CENTRE, NOW, (files[1], parties.rules))
    finally:
        await connection.close()


@ARCHIVE.parametrize()
def test_archive(case: Any, archive: Archive, send: Send) -> None:
    """A stranger asks it, somebody who is named, and who is named and asks for what is there."""
    send(case, archive.address, None)
    case.headers.update(NAMED)
    assert send(case, archive.address, SIGN_IN).status_code != 401
    if not case.meta.generation.mode.is_negative:  # what is wrong with it would be put right
        put_in(case, archive.scene())
        send(case, archive.address, SIGN_IN)


DAY, PAY_DAY = date(2026, 9, 30), date(2026, 10, 31)
PAPER = Issued("122033", "komorebi", DAY)
VOIDED = Issued("122033", "komorebi", DAY, state="voided", paid=False, money=Money.NOT_TAKEN)
NUMBERS = {
    "invoices": "2026-09-0001",
    "statements": "2026-09-M-122033",
    "transfer-files": "2026-09-komorebi-1",
}


@pytest.fixture(scope="session")
def billing(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of billing that has closed and stated a month."""
    folder, name = tmp_path_factory.mktemp("billing"), f"hostile_bill_{secrets.token_hex(4)}"
    database = postgres.create_database(name)
    asyncio.run(_settled(database))
    process = billing_serving.billing_process(database, folder)
    process.spawn()
    try:
        process.wait_until_ready()
        yield process.ready_url.removesuffix("/readyz")
    finally:
        process.kill()
        postgres.drop_database(name)


async def _settled(database: str) -> None:
    await gateway_migrated(database)
    await billing_migrated(database)
    connection = await asyncpg.connect(database)
    office = Office(sample_contracts(), date(2026, 10, 1), Person.of("sato", "月次の締め処理"))
    september = Period.month_of(DAY)
    try:
        await prepare_connection(connection)
        await make_months(connection, DAY, 1)
        await write(connection, PAPER, VOIDED)
        await close(connection, office, str(september))
        await make_statements(connection, office, september)
        await make_invoices(connection, office, september)
        await make_transfer_file(connection, office, Asked(september, "komorebi", PAY_DAY))
    finally:
        await connection.close()


@BILLING.parametrize()
def test_billing(case: Any, billing: str, send: Send) -> None:
    """As the archive: by a stranger, by somebody who is named, and about what is there."""
    send(case, billing, None)
    case.headers.update(NAMED)
    assert send(case, billing, billing_serving.SIGN_IN).status_code != 401
    if not case.meta.generation.mode.is_negative:
        claim = "claim" in case.operation.path
        put_in(case, STATED | _about(case.operation.path.split("/")[2:], claim=claim))
        send(case, billing, billing_serving.SIGN_IN)


STATED = {
    "period": "2026-09",
    "payer": "komorebi",
    "party": "122033",
    "chain": "komorebi",
    "municipality": "122033",
    "terminal": f"{PAPER.site}-1",
    "day": str(DAY),
    "paid_on": "2026-10-02",
    "pay_day": str(PAY_DAY),
    "statement": "2026-09-C-komorebi",
    "what": "2026-10",
    "line": "1",
}


def _about(path: list[str], *, claim: bool) -> dict[str, str]:
    """Return what is called the same in several places."""
    issuance = VOIDED.issuance_id if claim else PAPER.issuance_id
    number = NUMBERS.get(path[0]) if path else None
    return {"issuance": f"{issuance}"} | ({"number": number} if number else {})


def operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.label != "POST /v1/token" and (operation.body or operation.path_parameters):
            yield pytest.param(operation, id=operation.label)


OPERATIONS = [*operations(GATEWAY), *operations(ADAPTER)]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_real_and_what_almost_is(
    operation: Any, system: LocalSystem, send: Send, real: Callable[[], Any]
) -> None:
    """Sessions, orders, reports and requests that somebody signed: right, swapped or spoiled."""
    facts = system.installation.facts
    of_gateway = operation.schema is GATEWAY
    address = facts.gateways[0] if of_gateway else facts.adapters["122033"]
    came: set[int] = set()
    for number in rounds():

        @seed(number)
        @settings(
            max_examples=REAL_EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=UNHURRIED,
        )
        @given(case=operation.as_strategy(), data=st.data())
        def once(case: Any, data: st.DataObject) -> None:
            material = real()
            known = material.gateway if of_gateway else material.adapter
            put_in(case, data.draw(scenes(known, operation.path, names_in(case))))
            came.add(send(case, address, material.bearer).status_code)

        once()
    assert min(came) < 300, "nothing was real enough"
    assert max(came) >= 400, "everything was right"


def rounds() -> Iterator[int]:
    """Give the seed of each round: one that never changes, or random ones while time lasts."""
    if not SECONDS:
        yield 20_231_123
        return
    until = time.monotonic() + 0.6 * SECONDS / len(OPERATIONS)
    while time.monotonic() < until:
        yield secrets.randbits(64)


@st.composite
def scenes(
    draw: st.DrawFn, known: list[dict[str, str]], path: str, names: list[str]
) -> dict[str, str]:
    """Give values that belong together, but mostly one that does not."""
    whole = [scene for scene in known if set(names) <= scene.keys()]
    scene = dict(draw(st.sampled_from([one for one in whole if path.endswith(one["of"])])))
    name = draw(st.sampled_from(names))
    others = sorted({other[name] for other in whole})
    change = draw(st.sampled_from(["none", "swapped", "spoiled", "missing"]))
    if change == "swapped":
        scene[name] = draw(st.sampled_from(others))
    elif change == "spoiled":
        scene[name] = draw(spoiled(scene[name], draw(st.sampled_from(others))))
    elif change == "missing":
        del scene[name]
    return scene


def names_in(case: Any) -> list[str]:
    body: Any = case.body if case.operation.body else {}
    sent: dict[str, Any] = {**(case.path_parameters or {}), **(case.query or {}), **body}
    return [*sent, *(["Idempotency-Key"] * case.operation.path.endswith("/orders"))]


def put_in(case: Any, scene: dict[str, str]) -> None:
    """Replace what was made up by what is real."""
    for name in scene:
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = scene[name].replace("/", "%2F") or "0"
        if name in (case.query or {}):
            case.query[name] = scene[name]
        body: Any = case.body
        if isinstance(body, dict) and name in body:
            body[name] = scene[name]
    key = scene.get("Idempotency-Key", "").encode("ascii", "ignore").decode()
    if key.isprintable():
        case.headers["Idempotency-Key"] = key.strip()


def spoiled(text: str, other: str) -> st.SearchStrategy[str]:
    """Give what differs a little from a real value."""
    parts, others = text.split("."), other.split(".")
    crossed = [".".join([*parts[:part], *others[part:]]) for part in range(len(parts))]
    place = st.integers(0, max(0, len(text) - 1))
    return st.one_of(
        place.map(lambda at: text[:at]),
        st.tuples(place, st.characters(codec="utf-8")).map(
            lambda change: text[: change[0]] + change[1] + text[change[0] + 1 :]
        ),
        st.sampled_from(crossed),
        st.sampled_from(["=", ".", ".a", "\n", "\0", "あ", " "]).map(lambda end: text + end),
        st.sampled_from([text.upper(), text[::-1], text * 3, "." * len(text)]),
    )
