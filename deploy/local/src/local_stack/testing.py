"""Pytest fixtures for every member: a real PostgreSQL, empty databases on it, a real Kafka."""

import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from local_stack.databases import PostgresServer
from local_stack.kafka import LocalKafka, choose_kafka
from local_stack.kafka_cluster import KafkaCluster, audit_topics
from local_stack.kafka_libraries import KafkaNotStarted
from local_stack.postgres import choose_postgres
from local_stack.system import LocalSystem
from local_stack.tripwire.watch import look_at_metrics, watched

Migrate = Callable[[str], Awaitable[None]]
"""Brings the database of an address to a member's schema."""
MakeMigrated = Callable[[Migrate], Awaitable[str]]
_MEMORY = Path("/dev/shm")  # noqa: S108  (the folder is made with a random name, for us alone)
_ROOM_BYTES = 6 * 1024**3
"""What the servers of a few workers never fill."""


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """Give the folder of this run's own PostgreSQL servers: in memory where there is much of it.

    Most tests copy a database, which takes a quarter of the time there.
    """
    with tempfile.TemporaryDirectory(prefix="madoguchi-tests-", dir=_memory()) as folder:
        yield Path(folder)


def _memory() -> Path | None:
    if not _MEMORY.is_dir():
        return None
    room = min(psutil.disk_usage(str(_MEMORY)).free, psutil.virtual_memory().available)
    return _MEMORY if room >= _ROOM_BYTES else None


@pytest.fixture(scope="session")
def postgres(postgres_folder: Path) -> Iterator[PostgresServer]:
    """Give one server to the whole run: `DATABASE_URL`'s, or one of our own that leaves nothing."""
    server = _server(postgres_folder, "postgres")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def centre_postgres(postgres_folder: Path) -> Iterator[PostgresServer]:
    """Give another server, for the gateway's database of whole systems: no person is in its files.

    With `DATABASE_URL` it is the same, and its files are not searched.
    """
    server = _server(postgres_folder, "centre")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _server(folder: Path, name: str) -> PostgresServer:
    # Tests kill processes, not machines: none has to wait for the disk.
    return choose_postgres(folder / name, like=folder / "fresh", durable=False)


@pytest.fixture(autouse=True, scope="session")
def tripwire() -> Iterator[None]:
    """Search every whole system for persons when it is stopped, whoever started it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LocalSystem, "stopping", staticmethod(watched))
        patched.setattr(LocalSystem, "ending", staticmethod(look_at_metrics))
        yield


@pytest.fixture
def fresh_database(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Give a function whose every call makes an empty database, gone after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{secrets.token_hex(6)}")
        return postgres.create_database(made[-1])

    yield make
    for name in made:
        postgres.drop_database(name)


@pytest.fixture(scope="session")
def migrated_databases() -> dict[Migrate, str]:
    """Give the names of databases that were migrated once, to be copied."""
    return {}


@pytest.fixture
def migrated_database(
    postgres: PostgresServer, migrated_databases: dict[Migrate, str]
) -> Iterator[MakeMigrated]:
    """Give a function whose every call makes a database of a member's schema, gone after the test.

    Its argument is the member's `migrated`, which is run once.
    """
    made: list[str] = []

    async def make(migrate: Migrate) -> str:
        if migrate not in migrated_databases:
            name = f"migrated_{secrets.token_hex(6)}"
            await migrate(postgres.create_database(name))
            migrated_databases[migrate] = name
        made.append(f"test_{secrets.token_hex(6)}")
        return postgres.create_database(made[-1], like=migrated_databases[migrate])

    yield make
    for name in made:
        postgres.drop_database(name)


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaCluster]:
    """Give one cluster to the whole run: `KAFKA_BOOTSTRAP_SERVERS`'s, or one of our own.

    Where neither can be had, its tests fail and say what to install: a stream that nobody tried
    is no stream.
    """
    with tempfile.TemporaryDirectory(prefix="madoguchi-kafka-") as folder:
        cluster = choose_kafka(Path(folder) / "kafka")
        try:
            cluster.start()
        except KafkaNotStarted as error:
            pytest.fail(str(error), pytrace=False)
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[LocalKafka]:
    """Give a broker that may be killed, whatever KAFKA_BOOTSTRAP_SERVERS names."""
    broker = LocalKafka(tmp_path / "kafka")
    try:
        broker.start()
    except KafkaNotStarted as error:
        pytest.fail(str(error), pytrace=False)
    yield broker
    broker.kill()


@pytest.fixture
def audit_topic(kafka: KafkaCluster) -> Iterator[str]:
    """Give the name of an audit stream of this test's own: its three topics.

    They are gone after it, with all that it made under that name.
    """
    name = f"test.{secrets.token_hex(6)}"
    kafka.create_topics(*audit_topics(name))
    yield name
    kafka.delete_topics(*kafka.topics_like(name))
