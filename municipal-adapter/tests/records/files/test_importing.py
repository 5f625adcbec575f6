"""Batches and change events become whole versions; gaps, repeats and lost erasures are noticed."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.importing import Importer
from municipal_adapter.records.files.source import FilesRecordSource, FilesSnapshot
from municipal_adapter.records.model import SealStatus
from municipal_adapter.records.source import SourceFault, UnmappableRecord
from municipal_adapter.synthetic import Case
from municipal_adapter.synthetic.export import (
    batch_header,
    batch_lines,
    changes_header,
    resident_line,
    seal_line,
    write_file,
)
from municipal_adapter_testing.papers import ichikawa

CODE, START = "122033", datetime(2026, 3, 1, 2, tzinfo=UTC)
TOWN = ichikawa()
HOLDER = TOWN.residents[TOWN.cases[Case.ORDINARY]]
HOUSE = TOWN.household_of(HOLDER.resident_id)


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    address = await migrated_database(migrated)
    async with await open_pool(address, timedelta(), maximum=8) as pool:
        yield pool


@pytest.fixture
def importer(pool: Pool) -> Importer:
    return Importer(pool, CODE)


@pytest.fixture
async def source(
    pool: Pool, importer: Importer, tmp_path: Path
) -> AsyncIterator[FilesRecordSource]:
    """The source, which is told when to look."""
    records = FilesRecords(source="files", folder=tmp_path, poll_seconds=3600)
    source = FilesRecordSource(records, pool, importer)
    yield source
    await source.close()


def batch(folder: Path, sequence: int = 0, lines: list[dict[str, Any]] | None = None) -> Path:
    path = folder / f"batch-{sequence}.jsonl"
    made = list(batch_lines(TOWN)) if lines is None else lines
    write_file(path, batch_header(TOWN, sequence, START + timedelta(minutes=sequence)), made)
    return path


def event(sequence: int, act: str, what: str, key: str, record: Any = None) -> dict[str, Any]:
    made: dict[str, Any] = {"line": "event", "sequence": sequence, "act": act}
    made |= {"what": what, "key": key}
    if record is not None:
        made["record"] = {name: value for name, value in record.items() if name != "line"}
    return made


def address(sequence: int) -> str:
    return f"千葉県市川市見本町{sequence}番"


def moving(sequence: int) -> dict[str, Any]:
    """Return the event that moves a household to the place of its own number."""
    record = {
        "household_id": HOUSE.household_id,
        "address": address(sequence),
        "head_name": HOUSE.head_name,
    }
    return event(sequence, "change", "household", HOUSE.household_id, record)


def shown(moved: int, erased: str) -> list[dict[str, Any]]:
    """Return the lines of a batch after a move and the erasure of a seal."""
    return [
        line | {"address": address(moved)} if line.get("address") == HOUSE.address else line
        for line in batch_lines(TOWN)
        if line.get("registration_number") != erased
    ]


def changes(folder: Path, *events: dict[str, Any], name: str = "") -> Path:
    first, last = events[0]["sequence"], events[-1]["sequence"]
    path = folder / (name or f"changes-{first}-{last}.jsonl")
    write_file(path, changes_header(CODE, first, last, START + timedelta(minutes=last)), events)
    return path


async def imported(importer: Importer, *paths: Path) -> list[Decision | None]:
    return [outcome.decision for outcome in await importer.import_all(paths)]


async def state(source: FilesRecordSource) -> tuple[str | None, SourceFault | None]:
    """Return where the household lives, and the fault of the source."""
    async with source.snapshot() as snapshot:
        try:
            household = await snapshot.household(HOUSE.household_id)
        except LookupError:
            return None, snapshot.fault
        return household.address, snapshot.fault


async def test_a_batch_becomes_the_very_records(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    assert await imported(importer, batch(tmp_path)) == [Decision.APPLY]
    async with source.snapshot() as snapshot:
        assert snapshot.current_as_of == START
        for resident_id, resident in TOWN.residents.items():
            assert await snapshot.resident(resident_id) == resident
            assert await snapshot.seal_of(resident_id) == TOWN.seals.get(resident_id)
        for household in TOWN.households:
            assert await snapshot.household(household.household_id) == household
    assert await source.check() is None


async def test_whoever_a_later_batch_does_not_have_any_more_is_refused_with_the_household(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    await imported(importer, batch(tmp_path))
    fewer = [
        line
        for line in batch_lines(TOWN)
        if HOLDER.resident_id not in (line.get("resident_id"), line.get("key"))
    ]
    assert await imported(importer, batch(tmp_path, 7, fewer)) == [Decision.APPLY]
    async with source.snapshot() as snapshot:
        assert await super(FilesSnapshot, snapshot).resident(HOLDER.resident_id) is None
        for read in (
            snapshot.resident(HOLDER.resident_id),
            snapshot.household(HOUSE.household_id),
        ):
            with pytest.raises(UnmappableRecord):
                await read


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    arrivals=st.permutations(range(1, 7)),
    lost=st.sets(st.integers(1, 6), max_size=2),
    repeated=st.lists(st.integers(1, 6), max_size=3),
)
def test_whatever_order_files_come_in_the_records_are_right_or_nothing_is_issued(
    migrated_database: MakeMigrated,
    tmp_path_factory: pytest.TempPathFactory,
    arrivals: list[int],
    lost: set[int],
    repeated: list[int],
) -> None:
    folder = tmp_path_factory.mktemp("files")

    async def run() -> None:
        database = await migrated_database(migrated)
        async with await open_pool(database, timedelta(), maximum=3) as pool:
            importer = Importer(pool, CODE)
            records = FilesRecords(source="files", folder=folder, poll_seconds=3600)
            source = FilesRecordSource(records, pool, importer)
            try:
                await _arrive(importer, source, folder, arrivals, lost, repeated)
            finally:
                await source.close()

    asyncio.run(run())


async def _arrive(
    importer: Importer,
    source: FilesRecordSource,
    folder: Path,
    arrivals: list[int],
    lost: set[int],
    repeated: list[int],
) -> None:
    await imported(importer, batch(folder))
    come: set[int] = set()
    for number in [*(one for one in arrivals if one not in lost), *repeated]:
        if number in lost:
            continue
        changes(folder, moving(number), name=f"{random.random()}.jsonl")
        come.add(number)
        await source.look()
        lives, fault = await state(source)
        unbroken = next(one for one in range(8) if one + 1 not in come)
        assert lives == (address(unbroken) if unbroken else HOUSE.address)
        assert fault is (None if max(come) == unbroken else SourceFault.GAP)


async def test_another_file_of_the_same_numbers_is_a_conflict_and_changes_nothing(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    await imported(importer, batch(tmp_path), changes(tmp_path, moving(1)))
    wrong = moving(1)
    wrong["record"] = wrong["record"] | {"address": "別の住所"}
    assert await imported(importer, changes(tmp_path, wrong, name="x.jsonl")) == [Decision.CONFLICT]
    assert await state(source) == (address(1), SourceFault.GAP)


async def test_foreign_and_old_files_change_nothing(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    await imported(importer, batch(tmp_path, 5))
    foreign = tmp_path / "foreign.jsonl"
    write_file(foreign, changes_header("131130", 6, 6, START), [moving(6)])
    assert await imported(importer, foreign) == [Decision.FOREIGN]
    assert await imported(importer, batch(tmp_path, 4, [])) == [Decision.OLD]
    assert await state(source) == (HOUSE.address, None)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def changed(data: bytes) -> bytes:
    return data.replace("見本町".encode(), "別本町".encode(), 1)


def without_a_line(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join([*lines[:2], *lines[3:]])


def nothing(_: bytes) -> bytes:
    return b""


def something_else(_: bytes) -> bytes:
    return b"<html>\n" * 3


def without_trailer(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (cut, None),
        (changed, None),
        (without_a_line, None),
        (without_trailer, None),
        (nothing, SourceFault.GAP),
        (something_else, SourceFault.GAP),
    ],
)
async def test_a_batch_that_was_harmed_on_its_way_is_refused_as_a_whole(
    importer: Importer,
    source: FilesRecordSource,
    tmp_path: Path,
    harm: Callable[[bytes], bytes],
    fault: SourceFault | None,
) -> None:
    """One that nobody can tell from changes stops the source, too."""
    await imported(importer, batch(tmp_path))
    path = batch(tmp_path, 3)
    path.write_bytes(harm(path.read_bytes()))
    (outcome,) = await importer.import_all([path])
    assert outcome.decision is None
    assert outcome.why.startswith("batch-3.jsonl: line ")
    assert HOLDER.name not in outcome.why
    assert await state(source) == (HOUSE.address, fault)


async def test_an_erased_seal_is_gone_with_the_next_read_and_a_lost_erasure_stops_the_source(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    """Domain F5: an erasure that does not arrive leaves a cancelled seal in force."""
    number = TOWN.seals[HOLDER.resident_id].registration_number
    await imported(importer, batch(tmp_path))
    await imported(importer, changes(tmp_path, event(1, "erase", "seal", number)))
    async with source.snapshot() as snapshot:
        assert await snapshot.seal_of(HOLDER.resident_id) is None
    await imported(importer, changes(tmp_path, event(2, "erase", "seal", number)))
    assert (await state(source))[1] is SourceFault.ERASURE_PENDING
    await imported(importer, changes(tmp_path, moving(3)))
    assert (await state(source))[1] is SourceFault.ERASURE_PENDING
    assert "erasure" in (await source.check() or "")
    await imported(importer, batch(tmp_path, 9, shown(3, number)))
    assert (await state(source))[1] is None


async def test_a_seal_renewed_by_one_file_is_the_new_one(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    old = TOWN.seals[HOLDER.resident_id]
    gone = replace(old, status=SealStatus.CANCELLED)
    new = replace(old, registration_number="new")
    await imported(importer, batch(tmp_path))
    renewed = changes(
        tmp_path,
        event(1, "change", "seal", old.registration_number, seal_line(gone)),
        event(2, "add", "seal", "new", seal_line(new)),
    )
    assert await imported(importer, renewed) == [Decision.APPLY]
    async with source.snapshot() as snapshot:
        assert await snapshot.seal_of(HOLDER.resident_id) == new


async def test_a_line_that_cannot_be_understood_refuses_that_person_alone(
    importer: Importer, source: FilesRecordSource, pool: Pool, tmp_path: Path
) -> None:
    wrong = resident_line(HOLDER, 1) | {"sex": "?"}
    await imported(importer, batch(tmp_path))
    path = changes(tmp_path, event(1, "change", "resident", HOLDER.resident_id, wrong))
    assert await imported(importer, path) == [Decision.APPLY]
    elsewhere = TOWN.cases[Case.LARGE_HOUSEHOLD]
    async with source.snapshot() as snapshot:
        with pytest.raises(UnmappableRecord) as refused:
            await snapshot.resident(HOLDER.resident_id)
        assert refused.value.cause.startswith("resident.resident.sex")
        with pytest.raises(UnmappableRecord):
            await snapshot.household(HOUSE.household_id)
        assert await snapshot.resident(elsewhere) == TOWN.residents[elsewhere]
    row = await pool.fetchrow("SELECT file, line FROM unmappable_records")
    assert row is not None
    assert (row["file"], row["line"]) == (path.name, 2)
    order = list(TOWN.residents).index(HOLDER.resident_id) + 1
    right = resident_line(HOLDER, order)
    await imported(
        importer, changes(tmp_path, event(2, "add", "resident", HOLDER.resident_id, right))
    )
    async with source.snapshot() as snapshot:
        assert await snapshot.resident(HOLDER.resident_id) == HOLDER


async def test_readers_see_each_version_wholly_while_files_are_imported(
    importer: Importer, source: FilesRecordSource, tmp_path: Path
) -> None:
    """Each file moves a household and renames its head in one go: never one without the other."""
    await imported(importer, batch(tmp_path))
    order = list(TOWN.residents).index(HOLDER.resident_id) + 1
    paths = [
        changes(
            tmp_path,
            moving(2 * number - 1),
            event(
                2 * number,
                "change",
                "resident",
                HOLDER.resident_id,
                resident_line(replace(HOLDER, honseki=address(2 * number - 1)), order),
            ),
        )
        for number in range(1, 30)
    ]
    seen: set[str] = set()
    importing = asyncio.create_task(importer.import_all(paths))
    while not importing.done():
        async with source.snapshot() as snapshot:
            resident = await snapshot.resident(HOLDER.resident_id)
            await asyncio.sleep(0)
            household = await snapshot.household(HOUSE.household_id)
            assert resident is not None
            if household.address != HOUSE.address:
                assert resident.honseki == household.address
            seen.add(household.address)
    await importing
    assert len(seen) > 3


async def test_replicas_that_import_at_once_apply_each_file_once(
    pool: Pool, tmp_path: Path
) -> None:
    paths = [batch(tmp_path), *(changes(tmp_path, moving(number)) for number in range(1, 6))]
    await asyncio.gather(*(Importer(pool, CODE).import_all(paths) for _ in range(3)))
    applied = await pool.fetchval("SELECT count(*) FROM imports WHERE outcome = 'applied'")
    assert applied == len(paths)
