"""Our own adapter, running with the test centre that the kit wrote."""

import asyncio
import secrets
from collections.abc import Iterator

import pytest
from local_stack.databases import PostgresServer
from madoguchi.conformance.centre.people import PEOPLE
from madoguchi.conformance.centre.writing import LOAD
from madoguchi.main import main
from madoguchi_testing.ours import MUNICIPALITY, Ours, adapter, adapter_file, load_cards
from madoguchi_wire.kit.yaml_file import yaml_text
from municipal_adapter.build import build_fingerprint
from municipal_adapter.commands.keys import make_keys
from municipal_adapter.database.migrate import migrate


@pytest.fixture(scope="session")
def ours(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ours]:
    """Our adapter, running."""
    folder = tmp_path_factory.mktemp("conformance")
    kit, name = folder / "kit", f"test_{secrets.token_hex(6)}"
    key = make_keys(folder / "keys")
    typed = ["--municipality", MUNICIPALITY, "--key", key.public, "--build", build_fingerprint()]
    assert main(["conformance", "kit", str(kit), *typed]) == 0
    address = postgres.create_database(name)
    migrate(address)
    (folder / "adapter.yaml").write_text(yaml_text(adapter_file(kit, address)))
    secret = (folder / "keys" / "registrations.secret").read_bytes()
    asyncio.run(load_cards(address, kit / LOAD, secret))
    with adapter(folder, kit) as process:
        yield Ours(process.ready_url.removesuffix("/readyz"), kit, key)
    written = (folder / "log").read_text("utf-8")
    assert written
    assert not [one.name for one in PEOPLE if one.name in written]
    postgres.drop_database(name)
