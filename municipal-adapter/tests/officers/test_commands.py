"""What officers do from the command line, while adapters run."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
import yaml
from local_stack.databases import PostgresServer
from local_stack.processes import ManagedProcess
from madoguchi_wire.order import SealRegistrationOptions
from madoguchi_wire_testing.commands import run_command
from municipal_adapter.commands.main import main
from municipal_adapter_testing.asking import Asking
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.reception import Person, Reception
from municipal_adapter_testing.town import Town
from municipal_adapter_testing.vendor.town import adapter_file_part

ICHIKAWA = "122033"
VENDOR, NO_FORMS = adapter_file_part("http://127.0.0.1:9"), dict[str, object]()
GENERAL = "come-to-the-counter"


@pytest.fixture
def officer(adapter_environment: dict[str, str]) -> Callable[..., "asyncio.Future[list[str]]"]:
    """A function that runs a command for Ichikawa and returns the lines that it printed."""

    async def run(name: str, *arguments: str) -> list[str]:
        said = await run_command(
            main, adapter_environment, name, "--municipality", ICHIKAWA, *arguments
        )
        if said.code:
            raise ValueError(said.errors)
        return said.out.splitlines()

    return lambda *asked: asyncio.ensure_future(run(*asked))


BY = ("--officer", "officer 3", "--reason", "telephone call")


async def test_a_stop_holds_at_once_on_all_replicas_and_for_all_kinds_until_it_is_lifted(
    officer: Callable[..., "asyncio.Future[list[str]]"],
    reception: Reception,
    centre: Centre,
    start: Callable[..., ManagedProcess],
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    card = await reception.card_of(ICHIKAWA, living)
    other = start()
    (line,) = await officer("stop", "--resident", living.resident, *BY)
    stop = line.split()[1].rstrip(";")
    async with aiohttp.ClientSession() as http:
        replica = Asking(http, other.ready_url.removesuffix("/livez"), centre.gateway)
        for asking in (reception.asking, replica):
            for options in (None, SealRegistrationOptions()):
                visit = await reception.visit(ICHIKAWA, card)
                assert (await asking.prepare(visit, visit.order(options))).slug == GENERAL
        household = await replica.household(visit, visit.household_request())
        assert household.slug == GENERAL
    assert any(living.resident in line for line in await officer("stops"))
    assert any("person_stopped" in line for line in await officer("refusals"))
    await officer("lift", stop, *BY)
    visit = await reception.visit(ICHIKAWA, card)
    assert (await reception.asking.prepare(visit, visit.order())).status == 200
    with pytest.raises(ValueError, match="no such stop"):
        await officer("lift", stop, *BY)


async def test_a_seals_stop_leaves_the_record_alone(
    officer: Callable[..., "asyncio.Future[list[str]]"], reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    await officer("stop", "--resident", living.resident, "--what", "seal", *BY)
    visit = await reception.visit(ICHIKAWA, await reception.card_of(ICHIKAWA, living))
    seal = await reception.asking.prepare(visit, visit.order(SealRegistrationOptions()))
    assert seal.slug == GENERAL
    assert (await reception.asking.prepare(visit, visit.order())).status == 200


async def test_a_registered_card_works_and_an_ended_one_stops_at_once(
    officer: Callable[..., "asyncio.Future[list[str]]"], reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    card, phone = reception.stranger(ICHIKAWA), reception.stranger(ICHIKAWA)
    for one in (card, phone):
        identity = ("--authority", one.authority, "--serial", f"{one.serial:x}")
        await officer("register", *identity, "--resident", living.resident)
    await officer("end-card", "--authority", card.authority, "--serial", f"{card.serial:X}")
    old, new = [await reception.visit(ICHIKAWA, one) for one in (card, phone)]
    assert (await reception.asking.prepare(old, old.order())).slug == GENERAL
    assert (await reception.asking.prepare(new, new.order())).status == 200
    ended, held = await officer("cards", "--resident", living.resident)
    assert f"{card.serial:x}" in ended
    assert "ended" in ended
    assert f"{phone.serial:x}" in held
    assert "ended" not in held
    with pytest.raises(ValueError, match="no resident of this number"):
        await officer(
            "register",
            "--authority",
            card.authority,
            "--serial",
            "0x00:7B:01",
            "--resident",
            "nobody",
        )
    with pytest.raises(ValueError, match="not registered"):
        await officer("end-card", "--authority", card.authority, "--serial", f"{card.serial:x}")


async def test_evidence_opens_with_the_municipalitys_key_alone(
    officer: Callable[..., "asyncio.Future[list[str]]"],
    reception: Reception,
    centre: Centre,
    start: Callable[..., ManagedProcess],
    towns: dict[str, Town],
    wrong_templates: Callable[[Town], Path],
    tmp_path: Path,
) -> None:
    town, issuance = towns[ICHIKAWA], str(uuid4())
    process = start(ADAPTER_FILES=str(wrong_templates(town)))
    visit = await reception.visitor(ICHIKAWA)
    async with aiohttp.ClientSession() as http:
        wrong = Asking(http, process.ready_url.removesuffix("/livez"), centre.gateway)
        assert (await wrong.prepare(visit, visit.order(), issuance)).slug == "read-back-refused"
    assert any(issuance in line for line in await officer("evidence"))
    key, out = str(town.folder / "evidence.private.pem"), tmp_path / "evidence.json"
    opening = ("--issuance", issuance, "--out", str(out))
    await officer("evidence", *opening, "--key", key)
    opened = json.loads(out.read_text("utf-8"))
    assert opened["issuance"] == issuance
    assert opened["content"]["residents"][0]["name"] == "試験 一郎"
    assert opened["document"].startswith("JVBER")
    with pytest.raises(ValueError, match="exists"):
        await officer("evidence", *opening, "--key", key)
    other = str(towns["131130"].folder / "evidence.private.pem")
    with pytest.raises(ValueError, match="sealed to another key"):
        await officer("evidence", *opening, "--key", other)


async def test_a_number_that_the_records_do_not_have_is_stopped_only_if_that_is_meant(
    officer: Callable[..., "asyncio.Future[list[str]]"], reception: Reception
) -> None:
    living = await reception.settle(ICHIKAWA, Person())
    before = await officer("stops")
    with pytest.raises(ValueError, match="nobody is stopped"):
        await officer("stop", "--resident", f"0{living.resident}", *BY)
    assert await officer("stops") == before
    await officer("stop", "--resident", f"0{living.resident}", "--even-if-unknown", *BY)
    assert any(f" 0{living.resident} " in line for line in await officer("stops"))


@pytest.mark.parametrize("asked", [("stop", "--resident", "1"), ("lift", str(uuid4()))])
@pytest.mark.parametrize("by", [(" ", "telephone call"), ("officer 3", ""), ("\u3000", " ")])
async def test_a_stop_without_name_or_reason_is_refused_in_words(
    officer: Callable[..., "asyncio.Future[list[str]]"],
    asked: tuple[str, ...],
    by: tuple[str, str],
) -> None:
    with pytest.raises(ValueError, match="officer and reason are needed"):
        await officer(*asked, "--officer", by[0], "--reason", by[1])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"office_seal": "no.png"}, "office_seal: .*no.png"),
        ({"gaiji": {"E000": "MJ026204"}}, "gaiji: E000"),
        ({"database_url": "postgresql://x@127.0.0.1:9/x"}, "database_url: the database cannot be"),
        ({"templates": "no"}, "templates: .*no/resident_record.typ: there is no such file"),
        (
            {"card_authorities": "without-crl.yaml"},
            "card_authorities: the revocation list of .*no.crl",
        ),
        ({"records": {"source": "files", "folder": "no"}}, "records.folder: .*is no folder"),
        ({"records": VENDOR | {"words": "no.txt"}}, "records.words: .*no.txt: cannot be read"),
        ({"records": VENDOR | {"forms": NO_FORMS}}, "records.forms.resident_record: missing"),
        (
            {"records": VENDOR | {"token_file": "no.token"}},
            "records.token_file: .*no.token: cannot be read as a token",
        ),
    ],
)
async def test_what_is_wrong_is_told_by_adapter_file_and_field(
    adapter_environment: dict[str, str],
    officer: Callable[..., "asyncio.Future[list[str]]"],
    towns: dict[str, Town],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    told: str,
) -> None:
    town = towns[ICHIKAWA]
    file = town.file.with_name("wrong.yaml")
    listed = yaml.safe_load((town.file.parent / "card-authorities.yaml").read_text("utf-8"))
    listed["authorities"][0]["crl"] = "no.crl"
    file.with_name("without-crl.yaml").write_text(yaml.safe_dump(listed), "utf-8")
    body = yaml.safe_load(town.file.read_text("utf-8")) | {"records_maximum_age_seconds": 3600}
    file.write_text(yaml.safe_dump(body | changes, allow_unicode=True), "utf-8")
    monkeypatch.setitem(adapter_environment, "ADAPTER_FILES", str(file))
    with pytest.raises(ValueError, match=rf"{file}: {told}"):
        await officer("records")


async def test_records_are_well_where_all_that_is_checked_is(
    officer: Callable[..., "asyncio.Future[list[str]]"],
) -> None:
    (line,) = await officer("records")
    assert "is well; keys, fonts, gaiji, templates, office_seal and the schema fit" in line


async def test_records_tell_of_a_schema_of_another_build(
    adapter_environment: dict[str, str],
    officer: Callable[..., "asyncio.Future[list[str]]"],
    towns: dict[str, Town],
    fresh_database: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = towns[ICHIKAWA]
    file = town.file.with_name("unmigrated.yaml")
    body = yaml.safe_load(town.file.read_text("utf-8")) | {"database_url": fresh_database()}
    file.write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    monkeypatch.setitem(adapter_environment, "ADAPTER_FILES", str(file))
    with pytest.raises(ValueError, match=r"unmigrated.yaml: database_url: .*run `migrate`"):
        await officer("records")


@pytest.mark.parametrize("days", ["0", "-1", "367", "99999999999", "1.5", "seven"])
async def test_days_that_make_no_sense_are_refused_in_words(
    officer: Callable[..., "asyncio.Future[list[str]]"], days: str
) -> None:
    with pytest.raises(ValueError, match="a number of days from 1 to 366"):
        await officer("refusals", f"--days={days}")


async def test_a_database_without_our_schema_is_told_in_our_words(
    adapter_environment: dict[str, str],
    officer: Callable[..., "asyncio.Future[list[str]]"],
    postgres: PostgresServer,
    towns: dict[str, Town],
) -> None:
    town, name = towns[ICHIKAWA], f"empty_{uuid4().hex}"
    file = town.file.with_name("empty.yaml")
    body = yaml.safe_load(town.file.read_text("utf-8"))
    body["database_url"] = postgres.create_database(name)
    file.write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    adapter_environment["ADAPTER_FILES"], before = (
        str(file),
        adapter_environment["ADAPTER_FILES"],
    )
    try:
        with pytest.raises(ValueError, match=r"refuses \(UndefinedTableError\): has `migrate`"):
            await officer("stops")
    finally:
        adapter_environment["ADAPTER_FILES"] = before
        postgres.drop_database(name)


async def test_a_serial_is_read_as_people_copy_it_and_nothing_else_is_registered(
    officer: Callable[..., "asyncio.Future[list[str]]"], reception: Reception
) -> None:
    living, other = [await reception.settle(ICHIKAWA, Person()) for _ in range(2)]
    card = reception.stranger(ICHIKAWA)
    spelt = f"{card.serial:X}".rjust(len(f"{card.serial:X}") // 2 * 2 + 2, "0")
    spelt = ":".join(spelt[at : at + 2] for at in range(0, len(spelt), 2))
    identity = ("--authority", card.authority, "--serial", spelt)
    await officer("register", *identity, "--resident", living.resident)
    visit = await reception.visit(ICHIKAWA, card)
    assert (await reception.asking.prepare(visit, visit.order())).status == 200
    with pytest.raises(ValueError, match="another resident"):
        await officer("register", *identity, "--resident", other.resident)
    await officer("end-card", *identity)
    visit = await reception.visit(ICHIKAWA, card)
    assert (await reception.asking.prepare(visit, visit.order())).slug == GENERAL
    whose = ("--resident", living.resident)
    with pytest.raises(ValueError, match="hexadecimal digits"):
        await officer("register", "--authority", card.authority, "--serial", "zz:no", *whose)
    with pytest.raises(ValueError, match="not accepted here, only of: .*" + card.authority):
        await officer("register", "--authority", "nobody", "--serial", spelt, *whose)
