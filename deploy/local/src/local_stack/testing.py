"""Pytest fixtures for every member: a real PostgreSQL and empty databases on it."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_stack.databases import PostgresServer
from local_stack.postgres import choose_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give one server to the whole run: `DATABASE_URL`'s, or one of our own that leaves nothing."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-tests-") as folder:
        server = choose_postgres(Path(folder) / "postgres")
        server.start()
        try:
            yield server
        finally:
            server.stop()


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
