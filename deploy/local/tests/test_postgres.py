import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest
from local_stack.databases import PostgresServer
from local_stack.postgres import LocalPostgres, PostgresNotStarted, choose_postgres


async def value(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_the_time_zone_is_utc_and_a_killed_server_keeps_what_was_committed(
    postgres: PostgresServer,
) -> None:
    assert await value(postgres.dsn, "SHOW timezone") == "UTC"
    assert await value(postgres.dsn, "SHOW synchronous_commit") == "on"


async def test_every_call_makes_another_empty_database(fresh_database: Callable[[], str]) -> None:
    first, second = fresh_database(), fresh_database()
    await value(first, "CREATE TABLE only_here ()")
    assert await value(first, "SELECT to_regclass('only_here')::text") == "only_here"
    assert await value(second, "SELECT to_regclass('only_here')::text") is None


async def test_a_name_with_quotes_is_a_name(postgres: PostgresServer) -> None:
    name = f"it's \"{secrets.token_hex(4)}"
    postgres.create_database(name)
    found = f"SELECT count(*) FROM pg_database WHERE datname = $name${name}$name$"
    assert await value(postgres.dsn, found) == 1
    postgres.drop_database(name)
    assert await value(postgres.dsn, found) == 0


async def test_commits_are_durable_and_a_restart_keeps_data_and_port(tmp_path: Path) -> None:
    server = LocalPostgres(tmp_path / "data")
    server.start()
    try:
        dsn = server.create_database("kept")
        assert await value(dsn, "SHOW fsync") == "on"
        await value(dsn, "CREATE TABLE kept AS SELECT 7 AS n")
        server.stop()
        server.start()
        assert server.create_database("kept") == dsn
        assert await value(dsn, "SELECT n FROM kept") == 7
    finally:
        server.stop()


async def test_a_stale_pid_of_a_living_stranger_is_no_hindrance(tmp_path: Path) -> None:
    server = LocalPostgres(tmp_path / "data")
    server.start()
    server.stop()
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n0\n0\n")
    try:
        assert await value(server.start(), "SELECT 1") == 1
    finally:
        server.stop()


def test_a_second_server_on_living_data_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_stack.postgres.STOP_S", 0.1)
    first = LocalPostgres(tmp_path / "data")
    first.start()
    try:
        with pytest.raises(PostgresNotStarted, match="stop it first"):
            LocalPostgres(tmp_path / "data").start()
    finally:
        monkeypatch.undo()
        first.stop()


def test_the_server_stops_when_its_owner_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from local_stack.postgres import LocalPostgres\n"
        "server = LocalPostgres(Path(sys.argv[1]))\n"
        "server.start()\n"
        "print((server.data / 'postmaster.pid').read_text().split()[0], flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        server = psutil.Process(int(owner.stdout.readline()))
        owner.send_signal(signal.SIGKILL)
    server.wait(30)
    assert not (tmp_path / "data" / "postmaster.pid").exists()


def test_a_server_named_by_the_environment_is_used_and_left_running(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.dsn.replace("postgresql:", "postgresql+asyncpg:"))
    named = choose_postgres(tmp_path / "data")
    assert named.start() == postgres.dsn
    named.drop_database("never_made")
    named.stop()
    assert postgres.create_database("postgres") == postgres.dsn
    assert not (tmp_path / "data").exists()
