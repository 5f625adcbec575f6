"""Two municipalities served by one real adapter, and cardholders who come with their cards."""

import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import yaml
from local_stack.databases import PostgresServer
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from municipal_adapter.build import build_fingerprint
from municipal_adapter.certificates.render import DEFAULT_TEMPLATES
from municipal_adapter.database.migrate import migrate
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town, make_town
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind

PERSONAL = ("一郎", "花子", "桃子", "シケン", "試験町", "本町")
"""Parts of what the records of the tests say about people."""
ICHIKAWA, SHIBUYA = "122033", "131130"


@pytest.fixture(scope="session")
def centre() -> Centre:
    """Everybody's keys."""
    return Centre()


@pytest.fixture(scope="session")
def towns(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory, centre: Centre
) -> Iterator[dict[str, Town]]:
    """Two municipalities with empty records, by code."""
    made: dict[str, Town] = {}
    authority = CardAuthoritySim.create("test-card", KeyKind.P_384, datetime.now(UTC))
    names = {code: f"test_{secrets.token_hex(6)}" for code in (ICHIKAWA, SHIBUYA)}
    for code, name in names.items():
        address = postgres.create_database(name)
        migrate(address)
        folder = tmp_path_factory.mktemp("towns") / code
        made[code] = make_town(folder, code, address, authority)
        centre.municipalities[code] = made[code].key
        centre.witnesses[code] = made[code].countersigning_key
        centre.builds[code] = build_fingerprint()
    yield made
    for name in names.values():
        postgres.drop_database(name)


@pytest.fixture(scope="session")
def adapter_environment(
    centre: Centre, towns: dict[str, Town], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What the environment tells an adapter that serves both."""
    folder = tmp_path_factory.mktemp("centre")
    trust_list, root = centre.write(folder)
    return {
        "MADOGUCHI_ENVIRONMENT": "development",
        "ADAPTER_FILES": ",".join(str(town.file) for town in towns.values()),
        "ADAPTER_TRUST_LIST": str(trust_list),
        "ADAPTER_TRUST_ROOT": str(root),
        "ADAPTER_WITHDRAWN_ENROLMENTS": str(centre.withdraw(folder)),
        "ADAPTER_DRAIN_SECONDS": "0",
        "ADAPTER_WORKERS": "1",
    }


@pytest.fixture(scope="session")
def adapter(
    adapter_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a running adapter, whose log has no personal data in the end."""
    log = tmp_path_factory.mktemp("adapter") / "log"
    with running(adapter_environment, log) as process:
        yield process.ready_url.removesuffix("/readyz")
    written = log.read_text("utf-8")
    assert written
    assert not [word for word in PERSONAL if word in written]


@pytest.fixture
async def asking(adapter: str, centre: Centre) -> AsyncIterator[Asking]:
    """The gateway, asking that adapter."""
    async with aiohttp.ClientSession() as http:
        yield Asking(http, adapter, centre.gateway)


@pytest.fixture
def reception(asking: Asking, centre: Centre, towns: dict[str, Town]) -> Reception:
    """Where cardholders come from."""
    return Reception(asking, centre, towns)


@pytest.fixture
def start(
    adapter_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., ManagedProcess]]:
    """A function that starts another adapter on the same databases and waits till it lives."""
    started: list[ManagedProcess] = []

    def start(**environment: str) -> ManagedProcess:
        process = running(adapter_environment | environment, tmp_path / "log", probe="livez")
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def wrong_templates(tmp_path: Path) -> Callable[[Town], Path]:
    """A function that writes an adapter file whose templates name another mayor than is so."""

    def write(town: Town) -> Path:
        shutil.copytree(DEFAULT_TEMPLATES, tmp_path / "templates")
        page = tmp_path / "templates" / "page.typ"
        source = page.read_text("utf-8")
        assert "#certificate.mayor_name" in source
        page.write_text(source.replace("#certificate.mayor_name", "別人"), encoding="utf-8")
        values = yaml.safe_load(town.file.read_text("utf-8"))
        file = town.folder / "wrong-templates.yaml"
        file.write_text(yaml.safe_dump(values | {"templates": str(tmp_path / "templates")}))
        return file

    return write


def running(environment: dict[str, str], log: Path, probe: str = "readyz") -> ManagedProcess:
    """Return an adapter process, not yet started."""
    port = free_port()
    return ManagedProcess(
        "adapter",
        [sys.executable, "-m", "municipal_adapter", "serve"],
        ready_url=f"http://127.0.0.1:{port}/{probe}",
        log=log,
        env=environment | {"ADAPTER_PORT": str(port)},
    )
