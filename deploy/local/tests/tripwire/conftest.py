import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.postgres import LocalPostgres
from local_stack.system import LocalSystem
from local_stack.tripwire.persons import (
    ADDRESS,
    BIRTH,
    CERTIFICATE,
    DOCUMENT,
    NAME,
    NUMBER,
    SERIAL,
    searchers,
)
from local_stack.tripwire.places import Place
from local_stack.tripwire.search import find_all
from local_stack.tripwire.watch import search


@pytest.fixture(scope="session")
def spoiled_centre(
    postgres_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalPostgres]:
    """A server of these tests' own: what was planted stays in its files."""
    folder = tmp_path_factory.mktemp("spoiled")
    folder.chmod(0o755)
    server = LocalPostgres(folder / "centre", like=postgres_folder / "fresh")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def system(
    postgres: PostgresServer,
    spoiled_centre: LocalPostgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LocalSystem]:
    """A whole system with its databases and files, of which no process was ever started."""
    folder = tmp_path_factory.mktemp("planted") / "installation"
    prefix = f"planted_{secrets.token_hex(4)}"
    made = LocalSystem(
        folder, postgres, prefix=prefix, card_keys=card_keys(), centre=spoiled_centre
    )
    made.make()
    made.installation.layout.logs.mkdir()
    papers = made.installation.layout.terminals / "komorebi-osaka-1" / "papers"
    papers.mkdir(parents=True, exist_ok=True)
    (papers / "a.pdf").write_bytes(b"%PDF-1.7\n" + secrets.token_bytes(4000) + b"%%EOF\n")
    search(made)
    yield made
    made.drop_databases()


Found = Callable[[list[Place]], set[tuple[str, str]]]


@pytest.fixture
def found(system: LocalSystem) -> Found:
    """A function that returns kinds of things with the names of the places they are in."""

    known = searchers(system.installation.towns, system.installation.layout)

    def find(there: list[Place]) -> set[tuple[str, str]]:
        pairs = {(kind, name) for name, data in there for kind in find_all(known, data)}
        certified = {name for kind, name in pairs if kind == CERTIFICATE}
        # A certificate holds its card's serial number, too.
        return pairs - {(SERIAL, name) for name in certified}

    return find


@pytest.fixture
def things(system: LocalSystem) -> dict[str, bytes]:
    """One of each kind of thing that the tripwire knows, as bytes that may lie anywhere."""
    town = system.installation.towns[1]
    resident = town.records.residents[town.holders[-3].resident]
    card = town.holders[-3].card
    paper: Path = next(system.installation.layout.terminals.rglob("*.pdf"))
    return {
        NAME: resident.name_kana.encode(),
        ADDRESS: town.records.household_of(resident.resident_id).address.encode(),
        BIRTH: resident.birth_date.isoformat().encode(),
        NUMBER: resident.resident_id.encode(),
        SERIAL: f"{card.serial:x}".encode(),
        CERTIFICATE: card.certificate,
        DOCUMENT: paper.read_bytes()[1000:],
    }
