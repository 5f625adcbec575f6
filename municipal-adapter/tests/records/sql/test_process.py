"""An adapter process whose records are in a municipality's own system."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
import yaml
from local_stack.processes import ManagedProcess, ProcessNotReady
from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.order import ResidentRecordOptions, SealRegistrationOptions, order_digest
from madoguchi_wire.sealing import document_info
from madoguchi_wire_testing.commands import run_command
from municipal_adapter.commands.main import main
from municipal_adapter.database.migrate import migrated
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.reception import Living, Reception
from municipal_adapter_testing.systems import example_records, fill_wide_view, numbered
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
RECORDS = numbered(ichikawa())
Start = Callable[..., ManagedProcess]


@pytest.fixture
async def town(towns: dict[str, Town], fresh_database: Callable[[], str]) -> Town:
    """A municipality with an adapter's database of its own, and a system of its own beside it."""
    town = replace(towns[ICHIKAWA], database_url=fresh_database())
    await migrated(town.database_url)
    return town


@pytest.fixture
async def system(records: dict[str, Any]) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """The municipality's own hand on its system."""
    connection = await asyncpg.connect(records["url"].replace("+asyncpg", ""))
    yield connection
    await connection.close()


@pytest.fixture
async def records(fresh_database: Callable[[], str]) -> dict[str, Any]:
    database = fresh_database()
    await fill_wide_view(database, RECORDS)
    url = database.replace("postgresql://", "postgresql+asyncpg://")
    return example_records("wide-view", url)


def adapter_file(town: Town, records: dict[str, Any]) -> str:
    values = yaml.safe_load(town.file.read_text("utf-8"))
    values |= {"database_url": town.database_url, "records": records}
    file = town.folder / "sql.yaml"
    file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return str(file)


async def test_certificates_are_issued_from_it_but_not_to_protected_persons(
    start: Start, centre: Centre, town: Town, records: dict[str, Any]
) -> None:
    process = start(ADAPTER_FILES=adapter_file(town, records))
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        reception = Reception(asking, centre, {ICHIKAWA: town})
        visit = await visit_of(reception, Case.ORDINARY)
        for options in (ResidentRecordOptions(relationship=True), SealRegistrationOptions()):
            order, issuance = visit.order(options), str(uuid4())
            prepared = (await asking.prepare(visit, order, issuance)).prepared
            info = document_info(issuance, order_digest(order))
            document = visit.opening_key.open(from_base64url(prepared.ciphertext), info)
            assert document.startswith(b"%PDF")
        visit = await visit_of(reception, Case.PROTECTED)
        refused = await asking.prepare(visit, visit.order())
        assert (refused.status, refused.slug) == (403, "come-to-the-counter")


async def test_an_entry_that_cannot_be_understood_is_refused_like_any_other(
    start: Start,
    centre: Centre,
    town: Town,
    records: dict[str, Any],
    system: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    process = start(ADAPTER_FILES=adapter_file(town, records))
    await system.execute(
        "UPDATE 住民台帳 SET 性別コード = '9' WHERE 宛名番号 = $1",
        int(RECORDS.cases[Case.ORDINARY]),
    )
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        reception = Reception(asking, centre, {ICHIKAWA: town})
        visit = await visit_of(reception, Case.ORDINARY)
        refused = await asking.prepare(visit, visit.order())
        assert (refused.status, refused.slug) == (403, "come-to-the-counter")
        other = await visit_of(reception, Case.OLD_KANJI)
        assert (await asking.prepare(other, other.order())).status == 200
        await system.execute("DROP VIEW 証明用住民")
        unavailable = await asking.prepare(other, other.order())
        assert (unavailable.status, unavailable.slug) == (503, "service-unavailable")


async def test_an_officer_stops_anybody_while_the_municipalitys_own_system_is_broken(
    adapter_environment: dict[str, str],
    centre: Centre,
    town: Town,
    records: dict[str, Any],
    start: Start,
    system: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    files = {"ADAPTER_FILES": adapter_file(town, records)}
    process = start(**files)

    async def officer(*arguments: str) -> tuple[int, str]:
        said = await run_command(main, adapter_environment | files, *arguments)
        return said.code, said.out + said.errors

    number, bad = RECORDS.cases[Case.OLD_KANJI], RECORDS.cases[Case.ORDINARY]
    stop = ("stop", "--resident", number, "--officer", "officer 3", "--reason", "telephone")
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        reception = Reception(asking, centre, {ICHIKAWA: town})
        visit = await visit_of(reception, Case.OLD_KANJI)
        other = await visit_of(reception, Case.ORDINARY)
        await system.execute("UPDATE 住民台帳 SET 性別コード = '9' WHERE 宛名番号 = $1", int(bad))
        assert (await asking.prepare(other, other.order())).slug == "come-to-the-counter"
        code, said = await officer("refusals")
        assert (code, f"cannot be understood: {bad}: residents.sex" in said) == (0, True)
        code, said = await officer(*stop)
        assert (code, "--even-if-unknown" in said) == (2, True)
        assert (await officer(*stop, "--even-if-unknown"))[0] == 0
        assert (await asking.prepare(visit, visit.order())).slug == "come-to-the-counter"
        assert number in (await officer("stops"))[1]


async def test_an_adapter_whose_mapping_does_not_fit_does_not_start(
    start: Start, town: Town, records: dict[str, Any], tmp_path: Path
) -> None:
    records["residents"]["fields"]["sex"]["codes"] = {1: "男", 3: "女"}
    file = adapter_file(town, records)
    with pytest.raises(ProcessNotReady):
        start(ADAPTER_FILES=file)
    assert (
        f"{file}: records.residents.fields.sex: 性別コード holds what the mapping does not know: 2"
    ) in (tmp_path / "log").read_text("utf-8")


async def visit_of(reception: Reception, case: Case) -> Visit:
    one = RECORDS.residents[RECORDS.cases[case]]
    living = Living(one.resident_id, one.household_id, one.name, one.birth_date)
    return await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
