"""An outbox on a real PostgreSQL, and relays as real processes."""

import random
import resource
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from sys import executable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from gateway.audit.outbox import OutboxRow, insert_events, issuance_row
from gateway.database.migrate import migrated
from local_stack.kafka_cluster import KafkaCluster
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from local_stack.testing import MakeMigrated
from madoguchi_wire.encoding import canonical_json, to_base64url
from madoguchi_wire.event_data.examples import example_data
from madoguchi_wire.events import EventType
from madoguchi_wire.stamps import StampRecord
from relay.outbox import Connection

MOMENT = datetime(2026, 11, 23, 7, 20, 6, tzinfo=UTC)
DAYS = (date(2026, 11, 30), date(2026, 12, 1))
_STAMP = """
    INSERT INTO stamps (number, centre, token, digest, root, events, total, leaves,
                        countersignatures, timestamp, complete_at)
    VALUES ($1, 'centre.madoguchi.example', $2, '', '', 1, $1, $3, $4, 'der',
            CASE WHEN $5 THEN madoguchi_now() END)
"""
Events = Callable[[int], list[OutboxRow]]
MakeRelay = Callable[..., ManagedProcess]


def events_of_one_issuance(count: int) -> list[OutboxRow]:
    issuance, day = uuid4(), random.choice(DAYS)
    return [
        issuance_row(
            source="centre.madoguchi.example",
            type=EventType.ISSUANCE_ACCEPTED,
            issuance=issuance,
            sequence=sequence,
            moment=MOMENT,
            municipality="122033",
            accepted_on=day,
            data=example_data(EventType.ISSUANCE_ACCEPTED) | {"place": "市\n内"},
        )
        for sequence in range(1, count + 1)
    ]


@pytest.fixture
def events() -> Events:
    """Give the events 1 … n of a new issuance, not yet inserted."""
    return events_of_one_issuance


@pytest.fixture
async def database_url(migrated_database: MakeMigrated) -> str:
    url = await migrated_database(migrated)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT ensure_month_partitions($1, 2)", date(2026, 11, 1))
    await connection.close()
    return url


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    opened = await asyncpg.connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def insert(database_url: str) -> Callable[[Sequence[OutboxRow]], Awaitable[None]]:
    """Give a function that commits events on a connection of its own."""

    async def inserted(rows: Sequence[OutboxRow]) -> None:
        connection = await asyncpg.connect(database_url)
        try:
            await insert_events(connection, rows)
        finally:
            await connection.close()

    return inserted


@pytest.fixture
def stamps(database_url: str) -> Callable[..., Awaitable[list[bytes]]]:
    """Give a function that inserts stamps, and returns the records of all in their order."""

    async def inserted(*complete: int, incomplete: Sequence[int] = ()) -> list[bytes]:
        connection = await asyncpg.connect(database_url)
        records: list[bytes] = []
        for number in sorted([*complete, *incomplete]):
            record = StampRecord(
                stamp=f"token-{number}",
                leaves=(f"{number:064x}",),
                countersignatures=("from-one", "from-two"),
                timestamp=to_base64url(b"der"),
            )
            await connection.execute(
                _STAMP,
                number,
                record.stamp,
                list(record.leaves),
                canonical_json({"200000": "from-two", "100000": "from-one"}).decode(),
                number in complete,
            )
            records.append(record.canonical())
        await connection.close()
        return records

    return inserted


@pytest.fixture
def audit_file(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "audit.jsonl"


@pytest.fixture
def make_relay(database_url: str, audit_file: Path, tmp_path: Path) -> Iterator[MakeRelay]:
    """Give a function that makes a relay's process, not yet started."""
    made: list[ManagedProcess] = []

    def make(name: str = "relay", **environment: str) -> ManagedProcess:
        port = free_port()
        process = ManagedProcess(
            name,
            [executable, "-m", "relay"],
            ready_url=f"http://127.0.0.1:{port}/readyz",
            log=tmp_path / f"{name}.log",
            env={
                "MADOGUCHI_ENVIRONMENT": "development",
                "RELAY_DATABASE_URL": database_url,
                "RELAY_FILE": str(audit_file),
                "KAFKA_BOOTSTRAP_SERVERS": "",
                "RELAY_PORT": str(port),
                "RELAY_DRAIN_SECONDS": "0",
            }
            | environment,
        )
        made.append(process)
        return process

    yield make
    for process in made:
        with suppress(ProcessLookupError):
            process.kill()


@pytest.fixture
def fill_disk() -> Callable[[int], None]:
    """Give a function after which no file of a process can grow: a disk that is full."""

    def fill(pid: int) -> None:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))

    return fill


@pytest.fixture
def send_foreign(kafka: KafkaCluster) -> Callable[[str, bytes], Awaitable[None]]:
    """Give a function that sends what no relay would into a topic."""

    async def send(topic: str, value: bytes) -> None:
        producer: Any = AIOKafkaProducer(bootstrap_servers=kafka.servers)
        await producer.start()
        await producer.send_and_wait(topic, value)
        await producer.stop()

    return send
