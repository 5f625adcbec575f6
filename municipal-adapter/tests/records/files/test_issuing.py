"""Certificates of a municipality whose records come as files."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from local_stack.testing import MakeMigrated
from madoguchi_wire.errors import NoSealRegistered, PersonRefused
from madoguchi_wire.order import ResidentRecordOptions, SealRegistrationOptions
from madoguchi_wire_testing.commands import run_command
from municipal_adapter.commands.main import main
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files.source import FilesRecordSource
from municipal_adapter.records.model import Household
from municipal_adapter.synthetic import Case
from municipal_adapter.synthetic.export import (
    batch_header,
    batch_lines,
    changes_header,
    seal_line,
    write_file,
)
from municipal_adapter_testing.centre import Centre
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.inside import adapter_inside
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.pictures import BAD_PICTURES
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.town import Town

ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()
HOLDER = ichikawa().cases[Case.ORDINARY]


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """The folder, with a first batch in it."""
    write_file(
        tmp_path / "batch.jsonl",
        batch_header(ichikawa(), 0, datetime.now(UTC)),
        batch_lines(ichikawa()),
    )
    return tmp_path


@pytest.fixture
async def counter(
    folder: Path,
    adapter_environment: dict[str, str],
    towns: dict[str, Town],
    centre: Centre,
    reception: Reception,
    migrated_database: MakeMigrated,
) -> AsyncIterator[Counter]:
    """An adapter that reads the folder."""
    town, database = towns[ICHIKAWA], await migrated_database(migrated)
    values = yaml.safe_load(town.file.read_text("utf-8"))
    values |= {
        "database_url": database,
        "records": {"source": "files", "folder": str(folder), "poll_seconds": 0.1},
        "records_maximum_age_seconds": 3600,
    }
    file = town.folder / "files.yaml"
    file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    own = Town(town.code, town.folder, database, town.key, town.authority)
    async with adapter_inside(adapter_environment | {"ADAPTER_FILES": str(file)}) as adapter:
        yield Counter(adapter, centre, reception, own)


async def come(counter: Counter, folder: Path, *events: dict[str, Any], age: float = 0) -> None:
    """Let change events come into the folder, and the adapter look."""
    first, last = events[0]["sequence"], events[-1]["sequence"]
    made_at = datetime.now(UTC) - timedelta(seconds=age)
    path = folder / f"{first}-{last}.jsonl"
    write_file(path, changes_header(ICHIKAWA, first, last, made_at), events)
    source = counter.adapter.municipalities[ICHIKAWA].records
    assert isinstance(source, FilesRecordSource)
    await source.look()


def erase_seal(sequence: int) -> dict[str, Any]:
    number = ichikawa().seals[HOLDER].registration_number
    event = {"line": "event", "sequence": sequence, "act": "erase"}
    return event | {"what": "seal", "key": number}


def ids(household: Household) -> list[str]:
    return [one.resident_id for one in household.members]


def put_batch_that_moves(folder: Path, household: Household) -> None:
    """Put a batch of the number that is there, and no change says that this household moved."""
    lines = [
        line | {"address": "千葉県市川市見本町二番"}
        if (line["line"], line.get("household_id")) == ("household", household.household_id)
        else line
        for line in batch_lines(ichikawa())
    ]
    write_file(folder / "moves.jsonl", batch_header(ichikawa(), 0, datetime.now(UTC)), lines)


async def test_both_kinds_come_out(counter: Counter) -> None:
    for options in (RECORD, SEAL):
        assert await counter.pdf(Case.ORDINARY, options)


async def test_a_cancelled_seal_is_refused_with_the_next_order(
    counter: Counter, folder: Path
) -> None:
    await come(counter, folder, erase_seal(1))
    with pytest.raises(NoSealRegistered):
        await counter.pdf(Case.ORDINARY, SEAL)
    assert await counter.pdf(Case.ORDINARY, RECORD)


async def test_a_gap_refuses_everybody_until_it_is_filled(
    counter: Counter, folder: Path, adapter_environment: dict[str, str], towns: dict[str, Town]
) -> None:
    other = next(one for one in ichikawa().households if HOLDER not in ids(one))
    put_batch_that_moves(folder, other)
    event = erase_seal(2)
    await come(counter, folder, event)
    for case in (Case.ORDINARY, Case.LARGE_HOUSEHOLD):
        with pytest.raises(PersonRefused) as refusal:
            await counter.pdf(case, RECORD)
        assert refusal.value.slug == "come-to-the-counter"
    file = {"ADAPTER_FILES": str(towns[ICHIKAWA].folder / "files.yaml")}
    said = await run_command(main, adapter_environment | file, "records")
    assert "records: change events are missing" in said.errors
    assert f"held: household {other.household_id}: " in said.out, "beside the fault"
    household = ichikawa().household_of(HOLDER)
    record = {
        "household_id": household.household_id,
        "address": "千葉県市川市見本町一番",
        "head_name": household.head_name,
    }
    missing = {"line": "event", "sequence": 1, "act": "change", "what": "household"}
    await come(counter, folder, missing | {"key": household.household_id, "record": record})
    assert await counter.pdf(Case.ORDINARY, RECORD)
    with pytest.raises(NoSealRegistered):
        await counter.pdf(Case.ORDINARY, SEAL)


async def test_files_that_stay_away_too_long_refuse_everybody(
    counter: Counter, folder: Path
) -> None:
    await come(counter, folder, erase_seal(1), age=7200)
    with pytest.raises(PersonRefused) as refusal:
        await counter.pdf(Case.ORDINARY, RECORD)
    assert refusal.value.slug == "come-to-the-counter"


@pytest.mark.parametrize("bad", ["transparent", "half", "no resolution that can be"])
async def test_a_bad_seal_picture_is_imported_and_refuses_its_person_alone(
    counter: Counter, folder: Path, bad: str
) -> None:
    seal = ichikawa().seals[HOLDER]
    record = seal_line(replace(seal, picture_png=BAD_PICTURES[bad]))
    del record["line"]
    event = {"line": "event", "sequence": 1, "act": "change", "what": "seal"}
    await come(counter, folder, event | {"key": seal.registration_number, "record": record})
    with pytest.raises(PersonRefused):
        await counter.pdf(Case.ORDINARY, SEAL)
    refusals = counter.adapter.municipalities[ICHIKAWA].refusals
    (shown,) = await refusals.unmappable(timedelta(days=1))
    assert shown.resident_id == HOLDER
    assert shown.cause.startswith("seal.seal.picture_png: ")
    assert await counter.pdf(Case.ORDINARY, RECORD)
    assert await counter.pdf(Case.LARGE_HOUSEHOLD, SEAL)
