"""One process that serves many municipalities, each in a schema of its own in one database."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import asyncpg
import pytest
import yaml
from local_stack.databases import PostgresServer
from local_stack.processes import ManagedProcess
from madoguchi_wire.municipality_code import check_digit
from municipal_adapter.build import build_fingerprint
from municipal_adapter.database.migrate import migrated
from municipal_adapter.database.opening import FEW
from municipal_adapter_testing.asking import Asking, opened_household
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import Town, make_town
from store_terminal_sim.cards.authority import CardAuthoritySim, KeyKind

Start = Callable[..., ManagedProcess]
FIVE_DIGITS = [f"{prefecture:02d}201" for prefecture in range(1, FEW + 5)]
CODES = [f"{digits}{check_digit(digits)}" for digits in FIVE_DIGITS]


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """Give the address of one database for all towns."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
async def many(database: str, tmp_path: Path) -> tuple[Centre, dict[str, Town]]:
    """Give more towns than a process keeps connections to, and a centre that trusts them."""
    centre, made = Centre(), dict[str, Town]()
    authority = CardAuthoritySim.create("test-card", KeyKind.P_384, datetime.now(UTC))
    files = tmp_path / "files"
    files.mkdir()
    for code in CODES:
        address = f"{database}?search_path=town_{code}"
        await migrated(address)
        town = make_town(tmp_path / code, code, address, authority)
        made[code] = centre_of(centre, town)
        _put_into(files, town)
    return centre, made


def centre_of(centre: Centre, town: Town) -> Town:
    centre.municipalities[town.code] = town.key
    centre.witnesses[town.code] = town.countersigning_key
    centre.builds[town.code] = build_fingerprint()
    return town


def _put_into(files: Path, town: Town) -> None:
    """Write the adapter file into the folder that the process gets, with absolute paths."""
    values = yaml.safe_load(town.file.read_text("utf-8"))
    values["keys"] = {name: str(town.folder / path) for name, path in values["keys"].items()}
    values["card_authorities"] = str(town.folder / values["card_authorities"])
    (files / f"{town.code}.yaml").write_text(yaml.safe_dump(values), "utf-8")


@pytest.fixture
async def reception(
    many: tuple[Centre, dict[str, Town]], start: Start, tmp_path: Path
) -> AsyncIterator[Reception]:
    """Give where residents of all of them come from, and one process that serves them."""
    centre, towns = many
    trust_list, root = centre.write(tmp_path)
    process = start(
        ADAPTER_FILES=str(tmp_path / "files"),
        ADAPTER_TRUST_LIST=str(trust_list),
        ADAPTER_TRUST_ROOT=str(root),
        ADAPTER_WITHDRAWN_ENROLMENTS=str(centre.withdraw(tmp_path)),
    )
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        yield Reception(asking, centre, towns)


async def test_many_municipalities_of_one_process_each_issue_from_their_own_records_alone(
    reception: Reception,
) -> None:
    async def issue(code: str) -> None:
        living = await reception.settle(code, Person())
        visit = await reception.visit(code, await reception.card_of(code, living))
        request = visit.household_request()
        answered = await reception.asking.household(visit, request)
        household = opened_household(visit, request, answered)
        assert [member.name for member in household.members] == [living.name]
        assert (await reception.asking.prepare(visit, visit.order())).status == 200

    await asyncio.gather(*(issue(code) for code in CODES))
    for town in reception.towns.values():
        connection = await asyncpg.connect(town.database_url)
        try:
            assert await connection.fetchval("SELECT count(*) FROM claims") == 1
        finally:
            await connection.close()
    await _strangers_stay_strangers(reception)
    await _what_is_shared_is_looked_at_once(reception)


async def _strangers_stay_strangers(reception: Reception) -> None:
    here, there = CODES[:2]
    card = await reception.card_of(here, await reception.settle(here, Person()))
    visit = await reception.visit(there, card)
    refused = await reception.asking.prepare(visit, visit.order())
    assert refused.slug == "come-to-the-counter"


async def _what_is_shared_is_looked_at_once(reception: Reception) -> None:
    async with reception.asking.http.get(f"{reception.asking.address}/readyz") as answer:
        assert answer.status == 200
        checks: dict[str, str | None] = (await answer.json())["checks"]
    for shared in ("database", "renderer"):
        named = [name for name in checks if name.endswith(shared)]
        assert named == [f"{CODES[0]} {shared}"]
    assert len([name for name in checks if name.endswith("key and build")]) == len(CODES)
