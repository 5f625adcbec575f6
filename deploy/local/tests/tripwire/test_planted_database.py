"""Things of persons in the centre's databases: in their files, their server's log, a backup."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

import asyncpg
import pytest
from local_stack.postgres import LocalPostgres
from local_stack.system import LocalSystem
from local_stack.tripwire import places
from local_stack.tripwire.places import Place
from local_stack.tripwire.watch import PersonalDataFound, search

Things = dict[str, bytes]
Found = Callable[[list[Place]], set[tuple[str, str]]]
Run = Callable[..., None]


@pytest.mark.parametrize("whose", ["gateway", "archive"])
def test_in_a_database_of_the_centre_and_its_dump_and_its_files(
    system: LocalSystem, things: Things, whose: str
) -> None:
    with sql(system, whose) as run:
        run("CREATE TABLE planted (what bytea)")
        run("CREATE TABLE squeezed (what text)")
        for thing in things.values():
            run("INSERT INTO planted VALUES ($1)", thing)
        # What is long and alike is kept compressed: only the dump shows it.
        run("INSERT INTO squeezed VALUES ($1)", things["a person's name"].decode() * 2000)
    told = findings(system)
    run_away(system, "planted", "squeezed", whose=whose)
    for kind in things:
        assert f"{kind} in a dump of the {whose}'s database" in told
        assert f"{kind} in the files of the centre's PostgreSQL/base/" in told
        assert f"{kind} in the files of the centre's PostgreSQL/pg_wal/" in told
    for thing in things.values():
        assert thing.decode("utf-8", "replace") not in told


def test_what_is_only_compressed_is_in_the_dump(
    system: LocalSystem, found: Found, things: Things
) -> None:
    with sql(system) as run:
        run("CREATE TABLE squeezed (what text)")
        run("INSERT INTO squeezed VALUES ($1)", "窓口" * 3000 + things["an address"].decode())
        dump = places.of_dump("gateway", system.installation.facts.gateway_database)
    run_away(system, "squeezed")
    assert found([dump]) == {("an address", dump[0])}


def test_what_was_deleted_is_still_in_the_files(
    system: LocalSystem, spoiled_centre: LocalPostgres, found: Found, things: Things
) -> None:
    with sql(system) as run:
        run("CREATE TABLE planted (what bytea)")
        run("INSERT INTO planted VALUES ($1)", things["a card certificate"])
        run("DELETE FROM planted")
    run_away(system, "planted")
    dump = places.of_dump("gateway", system.installation.facts.gateway_database)
    assert found([dump]) == set()
    spoiled_centre.checkpoint()
    files = list(places.of_folder("files", spoiled_centre.data))
    assert "a card certificate" in {kind for kind, _ in found(files)}


def test_in_what_the_database_server_says(
    system: LocalSystem, spoiled_centre: LocalPostgres, found: Found, things: Things
) -> None:
    before = spoiled_centre.log.read_bytes()
    with sql(system) as run, pytest.raises(asyncpg.PostgresError):
        run(f"SELECT '{things['a birth date'].decode()}'::int")
    said = spoiled_centre.log.read_bytes().removeprefix(before)
    assert found([("log", said)]) == {("a birth date", "log")}
    spoiled_centre.log.write_bytes(before)


def findings(system: LocalSystem) -> str:
    with pytest.raises(PersonalDataFound) as told:
        search(system)
    return str(told.value)


@contextmanager
def sql(system: LocalSystem, whose: str = "gateway") -> Generator[Run]:
    facts = system.installation.facts
    dsn = {"gateway": facts.gateway_database, "archive": facts.audit_database}[whose]

    async def once(statement: str, values: tuple[object, ...]) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    def run(statement: str, *values: object) -> None:
        asyncio.run(once(statement, values))

    yield run


def run_away(system: LocalSystem, *tables: str, whose: str = "gateway") -> None:
    """Remove tables, and all that was ever written from what is searched."""
    with sql(system, whose) as run:
        for table in tables:
            run(f"DROP TABLE {table}")
        run("SELECT pg_switch_wal()")
        run("CHECKPOINT")
