"""An outbox on a real PostgreSQL, real adapters as witnesses, stampers as real processes."""

import random
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from gateway.audit.outbox import OutboxRow, free_row, insert_events, issuance_row
from gateway.database.migrate import migrated
from local_stack.databases import PostgresServer
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from local_stack.testing import MakeMigrated
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.event_data.examples import example_data
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Pool, open_pool
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.stamps import StampRecord
from municipal_adapter.database.migrate import migrate
from municipal_adapter_testing.centre import GATEWAY, Centre
from municipal_adapter_testing.town import Town, make_town
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind

MOMENTS = (datetime(2026, 11, 30, 7, 20, tzinfo=UTC), datetime(2026, 12, 1, 7, 20, tzinfo=UTC))
"""In two partitions."""
WITNESSES = ("122033", "131130")
Make = Callable[..., ManagedProcess]


def new_events(count: int) -> list[OutboxRow]:
    moment = random.choice(MOMENTS)
    return [
        free_row(
            source=GATEWAY,
            type=EventType.REQUEST_REFUSED,
            moment=moment,
            municipality=None,
            data={
                "problem": "not-found",
                "method": "GET",
                "path": f"/{number}",
                "terminal": "terminal-1",
                "site": "site-1",
                "trace": None,
            },
        )
        for number in range(count)
    ]


@pytest.fixture
def issuance() -> list[OutboxRow]:
    """Give the three first events of one issuance, not yet inserted."""
    moment, one = MOMENTS[0], uuid4()
    kinds = (
        EventType.ISSUANCE_ACCEPTED,
        EventType.ISSUANCE_PREPARED,
        EventType.ISSUANCE_DELIVERED,
    )
    return [
        issuance_row(
            source=GATEWAY,
            type=kind,
            issuance=one,
            sequence=sequence,
            moment=moment,
            municipality="122033",
            accepted_on=moment.date(),
            data=example_data(kind),
        )
        for sequence, kind in enumerate(kinds, start=1)
    ]


@pytest.fixture
def events() -> Callable[[int], list[OutboxRow]]:
    """Give a number of new events, not yet inserted."""
    return new_events


@dataclass(frozen=True)
class Outbox:
    """The gateway's database as tests look at it."""

    url: str
    connection: "asyncpg.Connection[asyncpg.Record]"
    rules: ChainRules

    async def insert(self, rows: Sequence[OutboxRow]) -> None:
        """Commit events."""
        await insert_events(self.connection, rows)

    async def left(self) -> int:
        """Return how many events wait for a stamp."""
        return await self.connection.fetchval("SELECT count(*) FROM outbox WHERE stamp IS NULL")

    async def incomplete(self) -> int:
        """Return how many events or stamps wait for anything."""
        stamps = await self.connection.fetchval(
            "SELECT count(*) FROM stamps WHERE complete_at IS NULL"
        )
        return stamps + await self.left()

    async def records(self) -> list[StampRecord]:
        """Return the stamps as they travel."""
        rows = await self.connection.fetch("SELECT * FROM stamps ORDER BY number")
        return [
            StampRecord(
                stamp=row["token"],
                leaves=tuple(row["leaves"]),
                countersignatures=tuple(json_of(row["countersignatures"]).values()),
                timestamp=None if row["timestamp"] is None else to_base64url(row["timestamp"]),
            )
            for row in rows
        ]

    async def kept(self) -> dict[int, list[str]]:
        """Return the digests of stamped events by stamp, in the order of positions."""
        found: dict[int, list[str]] = {}
        for row in await self.connection.fetch(
            "SELECT stamp, digest FROM outbox WHERE stamp IS NOT NULL ORDER BY position"
        ):
            found.setdefault(row["stamp"], []).append(row["digest"])
        return found


def json_of(text: str) -> dict[str, str]:
    """Return a JSON column's object."""
    import json

    return json.loads(text)


@pytest.fixture(scope="session")
def centre() -> Centre:
    """Everybody's keys."""
    return Centre()


@pytest.fixture(scope="session")
def towns(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory, centre: Centre
) -> Iterator[dict[str, Town]]:
    """Two municipalities that countersign, by code."""
    authority = CardAuthoritySim.create("test-card", KeyKind.P_384, datetime.now(UTC))
    made: dict[str, Town] = {}
    names = {code: f"test_{secrets.token_hex(6)}" for code in WITNESSES}
    for code, name in names.items():
        address = postgres.create_database(name)
        migrate(address)
        made[code] = make_town(tmp_path_factory.mktemp("towns") / code, code, address, authority)
        centre.municipalities[code] = made[code].key
        centre.witnesses[code] = made[code].countersigning_key
    yield made
    for name in names.values():
        postgres.drop_database(name)


@pytest.fixture(scope="session")
def trust(
    centre: Centre, towns: dict[str, Town], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Trust list and root."""
    assert towns
    return centre.write(tmp_path_factory.mktemp("centre"))


@pytest.fixture(scope="session")
def witnesses(
    centre: Centre,
    towns: dict[str, Town],
    trust: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, ManagedProcess]]:
    """Both municipalities' adapters, by code; alive, though they may issue nothing."""
    made: dict[str, ManagedProcess] = {}
    logs = tmp_path_factory.mktemp("witnesses")
    for code, town in towns.items():
        port = free_port()
        environment = {
            "MADOGUCHI_ENVIRONMENT": "development",
            "ADAPTER_FILES": str(town.file),
            "ADAPTER_TRUST_LIST": str(trust[0]),
            "ADAPTER_TRUST_ROOT": str(trust[1]),
            "ADAPTER_WITHDRAWN_ENROLMENTS": str(centre.withdraw(logs)),
            "ADAPTER_DRAIN_SECONDS": "0",
            "ADAPTER_WORKERS": "1",
            "ADAPTER_PORT": str(port),
        }
        made[code] = ManagedProcess(
            f"adapter-{code}",
            [sys.executable, "-m", "municipal_adapter", "serve"],
            ready_url=f"http://127.0.0.1:{port}/livez",
            log=logs / f"{code}.log",
            env=environment,
        )
        made[code].start()
    yield made
    for process in made.values():
        with suppress(ProcessLookupError):
            process.kill()


@pytest.fixture
async def database(migrated_database: MakeMigrated) -> str:
    """Address of a gateway's database with an empty outbox."""
    url = await migrated_database(migrated)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT ensure_month_partitions($1, 2)", date(2026, 11, 1))
    await connection.close()
    return url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """Connections to it, as a stamper has them."""
    async with await open_pool(database, timedelta(0)) as opened:
        yield opened


@pytest.fixture
async def outbox(database: str, towns: dict[str, Town], centre: Centre) -> AsyncIterator[Outbox]:
    """An empty outbox, and witnesses that have seen nothing."""
    for town in towns.values():
        there = await asyncpg.connect(town.database_url)
        await there.execute("TRUNCATE witnessed_stamps, stamp_conflicts")
        await there.close()
    connection = await asyncpg.connect(database)
    yield Outbox(database, connection, ChainRules(GATEWAY, centre.trust_list().key_set()))
    await connection.close()


@pytest.fixture
def make_stamper(
    outbox: Outbox,
    centre: Centre,
    trust: tuple[Path, Path],
    witnesses: dict[str, ManagedProcess],
    tmp_path: Path,
) -> Iterator[Make]:
    """Give a function that makes a stamper's process, not yet started."""
    made: list[ManagedProcess] = []
    key = tmp_path / "stamping.pem"
    centre.stamping.save(key)
    addresses = [
        f"{code}={process.ready_url.removesuffix('/livez')}" for code, process in witnesses.items()
    ]

    def make(name: str = "stamper", **environment: str) -> ManagedProcess:
        port = free_port()
        process = ManagedProcess(
            name,
            [sys.executable, "-m", "stamper"],
            ready_url=f"http://127.0.0.1:{port}/readyz",
            log=tmp_path / f"{name}.log",
            env={
                "MADOGUCHI_ENVIRONMENT": "development",
                "STAMPER_DATABASE_URL": outbox.url,
                "STAMPER_CENTRE": GATEWAY,
                "STAMPER_KEY": str(key),
                "STAMPER_TRUST_LIST": str(trust[0]),
                "STAMPER_TRUST_ROOT": str(trust[1]),
                "STAMPER_WITNESSES": ",".join(addresses),
                "STAMPER_SECONDS": "0.1",
                "STAMPER_PORT": str(port),
                "STAMPER_DRAIN_SECONDS": "0",
            }
            | environment,
        )
        made.append(process)
        return process

    yield make
    for process in made:
        with suppress(ProcessLookupError):
            process.kill()
