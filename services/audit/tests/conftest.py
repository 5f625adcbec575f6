"""An archive on a real PostgreSQL, a quarter of a year to keep in it, and real processes."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from audit.consuming.files import import_files
from audit.database.migrate import migrated
from audit_testing.history import History
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.serving import archive_process
from audit_testing.stamping import stamped
from audit_testing.writing import write_files
from local_stack.processes import ManagedProcess
from local_stack.service_user import service_user
from local_stack.testing import MakeMigrated, Migrate
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection, prepare_connection
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.stamps import StampRecord


@pytest.fixture
async def database_url(
    request: pytest.FixtureRequest, migrated_database: MakeMigrated, fill: Migrate
) -> str:
    """Give an empty archive's address, or that of a full one to who asks for `archive`."""
    return await migrated_database(fill if "archive" in request.fixturenames else migrated)


@pytest.fixture
async def service_url(database_url: str) -> AsyncIterator[str]:
    """Give the archive's address for a user with the service's rights alone."""
    async with service_user(database_url, "madoguchi_audit_service") as url:
        yield url


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    opened = await asyncpg.connect(database_url)
    await prepare_connection(opened)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def parties() -> Parties:
    return Parties(NOW)


@pytest.fixture(scope="session")
def rules(parties: Parties) -> ChainRules:
    """Give by what stamps are judged."""
    return parties.rules


@pytest.fixture(scope="session")
def events() -> list[AuditEvent]:
    """Give three months of few issuances a day."""
    outages = {("122033", date(2026, 4, 20)): 6, ("131130", date(2026, 5, 11)): 2}
    return History(1, date(2026, 4, 1), 60, 8, outages).events()


@pytest.fixture(scope="session")
def stamps(parties: Parties, events: list[AuditEvent]) -> list[StampRecord]:
    return stamped(parties, events)


@pytest.fixture
def files(tmp_path: Path, events: list[AuditEvent], stamps: list[StampRecord]) -> tuple[Path, Path]:
    """Give the file sink's files of events and of stamps."""
    return write_files(tmp_path, events, stamps)


@pytest.fixture(scope="session")
def fill(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[AuditEvent],
    stamps: list[StampRecord],
    rules: ChainRules,
) -> Migrate:
    """Give a function that reads the whole history into an archive: to copy one takes less."""
    written = write_files(tmp_path_factory.mktemp("history"), events, stamps)

    async def filled(database_url: str) -> None:
        await migrated(database_url)
        connection = await asyncpg.connect(database_url)
        await prepare_connection(connection)
        await import_files(connection, written[0], CENTRE, NOW, (written[1], rules))
        await connection.close()

    return filled


@pytest.fixture
def archive(connection: Connection) -> Connection:
    """Give the archive with the whole history in it."""
    return connection


@pytest.fixture
def make_audit(
    service_url: str, parties: Parties, tmp_path: Path
) -> Iterator[Callable[..., ManagedProcess]]:
    """Give a function that makes an archive's process, not yet started."""
    made: list[ManagedProcess] = []

    def make(name: str = "audit", **environment: str) -> ManagedProcess:
        made.append(archive_process(service_url, parties, tmp_path, name, **environment))
        return made[-1]

    yield make
    for process in made:
        with suppress(ProcessLookupError):
            process.kill()
