"""An outbox on a real PostgreSQL, and relays as real processes."""

import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from sys import executable
from uuid import uuid4

import asyncpg
import pytest
from gateway.audit.outbox import OutboxRow, insert_events, issuance_row
from gateway.database.migrate import migrated
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from madoguchi_wire.events import EventType

MOMENT = datetime(2026, 11, 23, 7, 20, 6, tzinfo=UTC)
DAYS = (date(2026, 11, 30), date(2026, 12, 1))
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
            data={"place": "市内", "note": "a\nb"},
        )
        for sequence in range(1, count + 1)
    ]


@pytest.fixture
def events() -> Events:
    """Give the events 1 … n of a new issuance, not yet inserted."""
    return events_of_one_issuance


@pytest.fixture
async def database_url(fresh_database: Callable[[], str]) -> str:
    url = fresh_database()
    await migrated(url)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT ensure_month_partitions($1, 2)", date(2026, 11, 1))
    await connection.close()
    return url


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
