"""What is wrong in one line, one file or their order is refused there, and never goes unnoticed."""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files import importing
from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.importing import Importer
from municipal_adapter.records.files.reading import FileRefused, open_file
from municipal_adapter.records.files.source import FilesSnapshot
from municipal_adapter.records.own_source import OwnRecordSource
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.synthetic import Case
from municipal_adapter.synthetic.export import (
    batch_header,
    batch_lines,
    changes_header,
    resident_line,
    write_file,
)
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.town import Town

TOWN = ichikawa()
CODE = TOWN.code
MADE_AT = datetime(2026, 3, 1, 1, tzinfo=UTC)
HOUSE = TOWN.household_of(TOWN.cases[Case.LARGE_HOUSEHOLD])
HEAD, SPOUSE = HOUSE.members[:2]
OTHER = TOWN.household_of(TOWN.cases[Case.ORDINARY])
ORDER = {resident_id: order for order, resident_id in enumerate(TOWN.residents, 1)}
Line = dict[str, Any]
_T = TypeVar("_T")


@pytest.fixture
async def address(migrated_database: MakeMigrated) -> str:
    """The address of a database without records."""
    return await migrated_database(migrated)


@pytest.fixture
async def pool(address: str) -> AsyncIterator[Pool]:
    async with await open_pool(address, timedelta(), maximum=4) as pool:
        yield pool


def lines() -> list[Line]:
    return [dict(line) for line in batch_lines(TOWN)]


def at(address: str) -> list[Line]:
    """Return the lines of a batch after the large household has moved."""
    moved = HOUSE.household_id
    return [
        line | {"address": address}
        if line.get("household_id") == moved and "address" in line
        else line
        for line in lines()
    ]


def batch(folder: Path, sequence: int, content: list[Line], made_at: datetime = MADE_AT) -> Path:
    path = folder / f"batch-{sequence}.jsonl"
    write_file(path, batch_header(TOWN, sequence, made_at), content)
    return path


def changes(
    folder: Path, first: int, *events: Line, name: str = "", made_at: datetime = MADE_AT
) -> Path:
    path = folder / (name or f"changes-{first}.jsonl")
    numbered = [
        {"line": "event", "sequence": number} | event for number, event in enumerate(events, first)
    ]
    write_file(path, changes_header(CODE, first, first + len(events) - 1, made_at), numbered)
    return path


def moved(address: str) -> Line:
    record = {"household_id": HOUSE.household_id, "address": address, "head_name": HEAD.name}
    return {"act": "change", "what": "household", "key": HOUSE.household_id, "record": record}


def of_resident(resident_id: str, **changed: Any) -> Line:
    line = resident_line(TOWN.residents[resident_id], ORDER[resident_id]) | changed
    record = {name: value for name, value in line.items() if name != "line"}
    return {"act": "change", "what": "resident", "key": resident_id, "record": record}


async def take(pool: Pool, *paths: Path) -> list[Decision | None]:
    """Import files as a new process would, which remembers nothing."""
    return [outcome.decision for outcome in await Importer(pool, CODE).import_all(paths)]


async def state(pool: Pool) -> tuple[int | None, str | None]:
    """Return the number of the last event, and the fault."""
    row = await pool.fetchrow("SELECT last_sequence, fault FROM records_version")
    assert row is not None
    return row["last_sequence"], row["fault"]


async def reads(pool: Pool, read: Callable[[FilesSnapshot], Awaitable[_T]]) -> _T:
    async with OwnRecordSource(pool).snapshot() as own:
        return await read(FilesSnapshot(own.connection, own.version, own.current_as_of, own.fault))


async def refuses(pool: Pool, read: Callable[[FilesSnapshot], Awaitable[object]]) -> str:
    """Return why a read is refused."""
    with pytest.raises(UnmappableRecord) as refused:
        await reads(pool, read)
    return refused.value.cause


def write_escaped(path: Path, header: Line, content: list[Line]) -> None:
    """Write a file as a system does that escapes all but ASCII: so anything can be in it."""
    made = b"".join(json.dumps(line).encode() + b"\n" for line in (header, *content))
    digest = hashlib.sha256(made).hexdigest()
    trailer = {"line": "trailer", "lines": len(content) + 1, "sha256": digest}
    path.write_bytes(made + json.dumps(trailer).encode() + b"\n")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "甲\0乙"},
        {"name": "\ud800"},
        {"name": " "},
        {"name": None},
        {"name": "甲" * 1001},
        {"legal_order": 2**40},
        {"legal_order": 0},
        {"legal_order": "1"},
        {"birth_date": 0},
        {"birth_date": "2010-02-02T00:00:00"},
        {"birth_date": "2010-02-30"},
        {"protected": "no"},
        {"protected": None},
        {"unknown": 1},
    ],
)
async def test_a_wrong_line_refuses_its_person_and_nobody_of_another_household(
    pool: Pool, tmp_path: Path, wrong: Line
) -> None:
    content = [
        line | wrong if line.get("resident_id") == SPOUSE.resident_id and "sex" in line else line
        for line in lines()
    ]
    path = tmp_path / "batch.jsonl"
    write_escaped(path, batch_header(TOWN, 5, MADE_AT), content)
    assert await take(pool, path) == [Decision.APPLY]
    cause = await refuses(pool, lambda snapshot: snapshot.resident(SPOUSE.resident_id))
    assert next(iter(wrong)) in cause
    await refuses(pool, lambda snapshot: snapshot.household(HOUSE.household_id))
    born = await reads(pool, lambda snapshot: snapshot.born_on(SPOUSE.birth_date))
    assert SPOUSE.resident_id not in [one.resident_id for one in born]
    assert await reads(pool, lambda snapshot: snapshot.household(OTHER.household_id)) == OTHER


async def test_two_lines_of_one_person_refuse_the_person_and_both_households(
    pool: Pool, tmp_path: Path
) -> None:
    twice = resident_line(SPOUSE, 9999) | {"household_id": OTHER.household_id, "name": "別人"}
    assert await take(pool, batch(tmp_path, 5, [*lines(), twice])) == [Decision.APPLY]
    await refuses(pool, lambda snapshot: snapshot.resident(SPOUSE.resident_id))
    for household in (HOUSE, OTHER):
        await refuses(pool, lambda snapshot, one=household: snapshot.household(one.household_id))
    born = await reads(pool, lambda snapshot: snapshot.born_on(SPOUSE.birth_date))
    assert SPOUSE.resident_id not in [one.resident_id for one in born]


async def test_one_seal_of_two_persons_is_nobodys(pool: Pool, tmp_path: Path) -> None:
    mine = next(
        line
        for line in lines()
        if line.get("resident_id") == HEAD.resident_id and line["line"] == "seal"
    )
    assert await take(
        pool, batch(tmp_path, 5, [*lines(), mine | {"resident_id": SPOUSE.resident_id}])
    ) == [Decision.APPLY]
    for holder in (HEAD, SPOUSE):
        await refuses(pool, lambda snapshot, one=holder: snapshot.seal_of(one.resident_id))


async def test_two_members_in_one_place_refuse_their_household_alone(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    same = of_resident(SPOUSE.resident_id, legal_order=ORDER[HEAD.resident_id])
    assert await take(pool, changes(tmp_path, 6, same)) == [Decision.APPLY]
    assert await state(pool) == (6, None)
    cause = await refuses(pool, lambda snapshot: snapshot.household(HOUSE.household_id))
    assert "legal_order" in cause
    assert await reads(pool, lambda snapshot: snapshot.household(OTHER.household_id)) == OTHER


async def test_the_next_head_takes_the_place_of_one_who_died(pool: Pool, tmp_path: Path) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    died = of_resident(HEAD.resident_id, status="deceased")
    follows = of_resident(SPOUSE.resident_id, legal_order=ORDER[HEAD.resident_id])
    assert await take(pool, changes(tmp_path, 6, died, follows)) == [Decision.APPLY]
    household = await reads(pool, lambda snapshot: snapshot.household(HOUSE.household_id))
    assert household.members[0] == SPOUSE


async def test_a_person_set_aside_and_put_right_still_has_the_seal_and_can_lose_it(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    seal = TOWN.seals[HEAD.resident_id]
    await take(pool, changes(tmp_path, 6, of_resident(HEAD.resident_id, sex="?")))
    await refuses(pool, lambda snapshot: snapshot.resident(HEAD.resident_id))
    await take(pool, changes(tmp_path, 7, of_resident(HEAD.resident_id)))
    assert await reads(pool, lambda snapshot: snapshot.seal_of(HEAD.resident_id)) == seal
    erased = {"act": "erase", "what": "seal", "key": seal.registration_number}
    assert await take(pool, changes(tmp_path, 8, erased)) == [Decision.APPLY]
    assert await state(pool) == (8, None)
    assert await reads(pool, lambda snapshot: snapshot.seal_of(HEAD.resident_id)) is None


async def test_whoever_moves_by_a_wrong_line_is_on_no_list_of_the_former_household(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    wrong = of_resident(SPOUSE.resident_id, household_id=OTHER.household_id, sex="?")
    await take(pool, changes(tmp_path, 6, wrong))
    former = await reads(pool, lambda snapshot: snapshot.household(HOUSE.household_id))
    assert SPOUSE not in former.members
    await refuses(pool, lambda snapshot: snapshot.household(OTHER.household_id))


async def test_events_of_a_file_that_cannot_be_used_are_missing_until_a_right_one_comes(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    nobodys = {"act": "change", "what": "resident", "key": "1", "record": {"name": "甲"}}
    assert await take(pool, changes(tmp_path, 6, moved("甲町"), nobodys)) == [None]
    assert await state(pool) == (5, "sequence_gap")
    right = changes(tmp_path, 6, moved("甲町"), moved("乙町"), name="right.jsonl")
    assert await take(pool, right) == [Decision.APPLY]
    assert await state(pool) == (7, None)


async def test_a_gap_is_known_to_whoever_never_saw_the_file_behind_it(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    assert await take(pool, changes(tmp_path, 9, moved("甲町"))) == [Decision.GAP]
    assert await take(pool, changes(tmp_path, 6, moved("乙町"))) == [Decision.APPLY]
    assert await state(pool) == (6, "sequence_gap")
    assert await take(pool, batch(tmp_path, 8, at("乙町"))) == [Decision.APPLY]
    assert await state(pool) == (8, "sequence_gap")
    assert await take(pool, batch(tmp_path, 10, at("乙町"))) == [Decision.APPLY]
    assert await state(pool) == (10, None)


async def test_numbers_that_overlap_files_applied_are_a_conflict(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    await take(pool, changes(tmp_path, 6, moved("甲町"), moved("乙町"), moved("丙町")))
    for first, events in ((6, 2), (7, 1), (8, 3), (5, 9)):
        path = changes(tmp_path, first, *[moved("丁町")] * events, name="x.jsonl")
        assert await take(pool, path) == [Decision.CONFLICT]
        assert await state(pool) == (8, "sequence_gap"), "one of them may protect somebody"
    await take(pool, batch(tmp_path, 13, at("丙町")))
    assert await state(pool) == (13, None)


async def test_changes_that_begin_before_a_batch_go_on_after_it(pool: Pool, tmp_path: Path) -> None:
    """The batch was cut while the file was being written: its first events are in both."""
    await take(pool, batch(tmp_path, 5, lines()))
    missed_before = {"act": "erase", "what": "seal", "key": "erased before the batch"}
    path = changes(tmp_path, 5, missed_before, moved("甲町"))
    assert await take(pool, path) == [Decision.APPLY]
    assert await state(pool) == (6, None)
    household = await reads(pool, lambda snapshot: snapshot.household(HOUSE.household_id))
    assert household.address == "甲町"


async def test_a_file_of_the_future_is_refused_as_it_would_never_be_too_old(
    pool: Pool, tmp_path: Path
) -> None:
    future = datetime.now(UTC) + timedelta(hours=1)
    assert await take(pool, batch(tmp_path, 5, lines(), future)) == [Decision.FUTURE]
    assert await state(pool) == (None, "sequence_gap")


async def test_changes_of_the_future_are_missed_until_a_file_brings_them(
    pool: Pool, tmp_path: Path
) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    ahead = changes(tmp_path, 6, moved("甲町"), made_at=datetime.now(UTC) + timedelta(minutes=8))
    importer = Importer(pool, CODE)
    for _ in "ab":
        assert [one.decision for one in await importer.import_all([ahead])] == [Decision.FUTURE]
    assert await state(pool) == (5, "sequence_gap")
    assert await take(pool, changes(tmp_path, 6, moved("甲町"))) == [Decision.APPLY]
    assert await state(pool) == (6, None)


async def test_changes_that_were_cut_are_missed_from_then_on(pool: Pool, tmp_path: Path) -> None:
    await take(pool, batch(tmp_path, 5, lines()))
    path = changes(tmp_path, 6, moved("甲町"), moved("乙町"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert await take(pool, path) == [None]
    assert await state(pool) == (5, "sequence_gap")
    path.write_bytes(whole)
    assert await take(pool, path) == [Decision.APPLY]
    assert await state(pool) == (7, None)


async def test_a_name_that_comes_twice_in_a_line_refuses_the_file(
    pool: Pool, tmp_path: Path
) -> None:
    path = batch(tmp_path, 5, lines())
    twice = path.read_bytes().replace(b'"protected":', b'"protected":true,"protected":')
    made, _, _ = twice.rstrip().rpartition(b"\n")
    made += b"\n"
    digest = hashlib.sha256(made).hexdigest()
    trailer = {"line": "trailer", "lines": made.count(b"\n"), "sha256": digest}
    path.write_bytes(made + json.dumps(trailer).encode() + b"\n")
    assert await take(pool, path) == [None]


def test_a_pipe_among_the_files_is_waited_for_by_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "z.jsonl")
    with pytest.raises(FileRefused, match="no ordinary file"):
        open_file(tmp_path / "z.jsonl")


async def test_a_file_that_is_replaced_while_it_is_read_is_refused_and_the_new_one_read(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(path: Path) -> object:
        file = open_file(path)
        path.write_bytes(good.replace(HOUSE.address.encode(), "甲町".encode()))
        return file

    path, importer = batch(tmp_path, 5, lines()), Importer(pool, CODE)
    good = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(importing, "open_file", opened)
        (outcome,) = await importer.import_all([path])
    assert outcome.decision is None
    assert await pool.fetchval("SELECT count(*) FROM households") == 0
    (outcome,) = await importer.import_all([path])
    assert "cut or changed" in outcome.why
    path.write_bytes(good)
    (outcome,) = await importer.import_all([path])
    assert outcome.decision is Decision.APPLY


async def test_an_importer_killed_amid_a_batch_leaves_the_version_before(
    address: str, pool: Pool, towns: dict[str, Town], tmp_path: Path
) -> None:
    """A row that another transaction holds stops it at the seals, after all residents."""
    await take(pool, batch(tmp_path, 5, lines()))
    before = await pool.fetchrow("SELECT * FROM records_version")
    path = batch(
        tmp_path,
        9,
        [
            line | {"address": "甲町"}
            if "address" in line
            else line | {"registration_number": "held"}
            if line["line"] == "seal"
            else line
            for line in lines()
        ],
    )
    async with pool.acquire() as connection:
        held = connection.transaction()
        await held.start()
        # Without triggers, which would hold the version as well.
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(HOLD, HEAD.resident_id)
        process = await start_import(address, towns[CODE], tmp_path, path)
        await until(pool, WAITS, 1)
        process.kill()
        await process.wait()
        await held.rollback()
    await until(pool, LIVES, 0)
    assert await pool.fetchrow("SELECT * FROM records_version") == before
    assert await reads(pool, lambda snapshot: snapshot.household(HOUSE.household_id)) == HOUSE
    assert await take(pool, path) == [Decision.APPLY]


HOLD = """
    INSERT INTO seal_registrations (registration_number, resident_id, registered_on,
        registered_name, picture_png, status)
    VALUES ('held', $1, '2020-01-01', '', '', 'cancelled')
"""
LIVES = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'madoguchi-import'"
    " AND datname = current_database()"
)
WAITS = f"{LIVES} AND wait_event_type = 'Lock'"


async def start_import(
    address: str, town: Town, folder: Path, path: Path
) -> asyncio.subprocess.Process:
    values = yaml.safe_load(town.file.read_text("utf-8"))
    records = {"source": "files", "folder": str(folder)}
    file = town.folder / "files.yaml"
    own = {"database_url": address, "records": records, "records_maximum_age_seconds": 86_400}
    file.write_text(yaml.safe_dump(values | own))
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "municipal_adapter", "import", str(path)),
        env=os.environ | {"ADAPTER_FILES": str(file), "MADOGUCHI_ENVIRONMENT": "development"},
    )


async def until(pool: Pool, counted: str, expected: int) -> None:
    """Wait till so many are counted."""
    async with asyncio.timeout(30):
        while True:
            if await pool.fetchval(counted) == expected:
                return
            await asyncio.sleep(0.02)
