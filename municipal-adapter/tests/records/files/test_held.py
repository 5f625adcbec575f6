"""What a batch shows otherwise than before is given to nobody until a change says so."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.holding import held_records
from municipal_adapter.records.files.importing import Importer
from municipal_adapter.records.files.restarting import restart_numbers
from municipal_adapter.records.files.source import FilesRecordSource, FilesSnapshot
from municipal_adapter.records.model import Resident, ResidentStatus, SealStatus
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter.synthetic import Case
from municipal_adapter.synthetic.export import (
    batch_header,
    changes_header,
    resident_line,
    seal_line,
    write_file,
)
from municipal_adapter_testing.papers import ichikawa

TOWN = ichikawa()
HOLDER = TOWN.residents[TOWN.cases[Case.ORDINARY]]
SEAL = TOWN.seals[HOLDER.resident_id]
HOUSE = TOWN.household_of(HOLDER.resident_id)
CHILD = replace(HOLDER, resident_id="child", relationship="子", protected=True)
START = datetime(2026, 3, 1, 2, tzinfo=UTC)
Line = dict[str, Any]
Record = tuple[str, str]
Event = tuple[str, Record, Line | None]
"""Act, what and key, and the line of the record."""
ORDERS = {HOLDER.resident_id: 1, "child": 2}
H: Record = ("resident", HOLDER.resident_id)
C: Record = ("resident", "child")
S: Record = ("seal", SEAL.registration_number)
NEW: Record = ("seal", "new")
HOME: Record = ("household", HOUSE.household_id)
AWAY: Line = {
    "line": "household",
    "household_id": "away",
    "address": "千葉県市川市見本町九番",
    "head_name": "見本 花子",
}


def of(resident: Resident, **changed: Any) -> Line:
    one = replace(resident, **changed)
    return resident_line(one, ORDERS[one.resident_id])


HOME_LINE = AWAY | {
    "household_id": HOUSE.household_id,
    "address": HOUSE.address,
    "head_name": HOUSE.head_name,
}
PROTECTED: Event = ("change", H, of(HOLDER, protected=True))
UNPROTECTED: Event = ("change", H, of(HOLDER))
ERASED: Event = ("erase", S, None)
ADDED: Event = ("add", S, seal_line(SEAL))
MOVED: Event = ("change", HOME, HOME_LINE | {"address": "千葉県市川市見本町八番"})
BORN: Event = ("add", C, of(CHILD))
LOST: Event = ("erase", C, None)
EVENTS: list[Event] = [
    PROTECTED,
    UNPROTECTED,
    ("change", H, of(HOLDER, status=ResidentStatus.DECEASED)),
    MOVED,
    BORN,
    ("change", C, of(CHILD, household_id="away")),
    LOST,
    ERASED,
    ADDED,
    ("change", S, seal_line(replace(SEAL, status=SealStatus.CANCELLED))),
    ("add", NEW, seal_line(replace(SEAL, registration_number="new"))),
]
FIRST: dict[Record, Line] = {
    HOME: HOME_LINE,
    ("household", "away"): AWAY,
    H: of(HOLDER),
    S: seal_line(SEAL),
}


def after(history: Sequence[Event]) -> dict[Record, Line]:
    """Return the records after these events."""
    records = dict(FIRST)
    for act, record, line in history:
        records.pop(record, None)
        if act != "erase" and line is not None:
            records[record] = line
    return records


def put_batch(folder: Path, sequence: int, history: Sequence[Event], minute: float) -> None:
    header = batch_header(TOWN, sequence, START + timedelta(minutes=minute))
    order = ["household", "resident", "seal"]
    lines = sorted(after(history).values(), key=lambda line: order.index(line["line"]))
    write_file(folder / f"{minute:03}-{len(history)}.jsonl", header, lines)


def put_change(folder: Path, number: int, event: Event, minute: float | None = None) -> None:
    act, (what, key), line = event
    made: Line = {"line": "event", "sequence": number, "act": act, "what": what, "key": key}
    if line is not None:
        made["record"] = {name: value for name, value in line.items() if name != "line"}
    made_at = START + timedelta(minutes=number if minute is None else minute)
    header = changes_header(TOWN.code, number, number, made_at)
    write_file(folder / f"change-{number}.jsonl", header, [made])


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    async with await open_pool(await migrated_database(migrated), timedelta(), maximum=3) as pool:
        yield pool


def source_of(pool: Pool, folder: Path) -> FilesRecordSource:
    records = FilesRecords(source="files", folder=folder, poll_seconds=3600)
    return FilesRecordSource(records, pool, Importer(pool, TOWN.code))


async def fault(pool: Pool) -> str | None:
    return await pool.fetchval("SELECT fault FROM records_version")


async def held(pool: Pool) -> set[Record]:
    assert await fault(pool) is None
    return {(one.what, one.key) for one in await held_records(pool)}


@pytest.mark.parametrize("ended_by", ["a change", "a person"])
async def test_a_batch_of_old_data_with_a_high_number_gives_nothing_back(
    pool: Pool, tmp_path: Path, ended_by: str
) -> None:
    """The words of the changes were forgotten, as a batch had shown them."""
    source = source_of(pool, tmp_path)
    put_batch(tmp_path, 50, [], 50)
    put_change(tmp_path, 51, PROTECTED)
    put_change(tmp_path, 52, ERASED)
    put_batch(tmp_path, 52, [PROTECTED, ERASED], 53)
    await source.look()
    assert await held(pool) == set()
    put_batch(tmp_path, 54, [], 55)
    put_batch(tmp_path, 55, [], 56)
    await source.look()
    assert await held(pool) == {H, S}
    if ended_by == "a change":
        put_change(tmp_path, 56, PROTECTED, 57)
        put_change(tmp_path, 57, ERASED, 57)
        await source.look()
    else:
        await restart_numbers(pool, "officer 3", "both changes were wrong")
        put_batch(tmp_path, 55, [], (datetime.now(UTC) - START) / timedelta(minutes=1))
        await source_of(pool, tmp_path).look()
    assert await held(pool) == set()


async def test_a_batch_after_a_night_without_changes_is_taken(pool: Pool, tmp_path: Path) -> None:
    source = source_of(pool, tmp_path)
    put_batch(tmp_path, 50, [], 50)
    await source.look()
    put_batch(tmp_path, 50, [], 90)
    await source.look()
    await source_of(pool, tmp_path).look()
    assert await held(pool) == set()
    as_of = await pool.fetchval("SELECT current_as_of FROM records_version")
    assert as_of == START + timedelta(minutes=90)


@pytest.mark.parametrize("goes", ["away", "out of the records"])
async def test_whoever_left_the_household_by_a_batch_alone_is_held_there(
    pool: Pool, tmp_path: Path, goes: str
) -> None:
    source = source_of(pool, tmp_path)
    put_batch(tmp_path, 1, EVENTS[4:5], 1)
    put_batch(tmp_path, 2, EVENTS[4:6] if goes == "away" else [], 2)
    put_batch(tmp_path, 3, [], 3)
    await source.look()
    assert await held(pool) == {C}
    async with source.snapshot() as snapshot:
        with pytest.raises(UnmappableRecord):
            await snapshot.household(HOUSE.household_id)


@pytest.mark.parametrize(("number", "settles"), [(49, "nothing"), (51, "it")])
async def test_only_a_change_of_what_was_there_settles_what_a_batch_shows(
    pool: Pool, tmp_path: Path, number: int, settles: str
) -> None:
    source = source_of(pool, tmp_path)
    put_batch(tmp_path, 50, [PROTECTED], 50)
    put_batch(tmp_path, 51, [], 52)
    await source.look()
    assert await held(pool) == {H}
    put_change(tmp_path, number, UNPROTECTED)
    await source.look()
    assert await held(pool) == (set() if settles == "it" else {H})


@pytest.mark.parametrize("number", [60, 62])
async def test_a_batch_that_shows_the_late_change_at_last_ends_the_stop_but_holds_its_record(
    pool: Pool, tmp_path: Path, number: int
) -> None:
    """Nobody knows which is older: what the late change said, or what the batch before showed."""
    source = source_of(pool, tmp_path)
    put_batch(tmp_path, 50, [], 50)
    put_batch(tmp_path, 60, [], 70)
    await source.look()
    put_change(tmp_path, 51, PROTECTED)
    await source.look()
    assert await fault(pool) is not None
    put_batch(tmp_path, 60, [ERASED], 80)
    await source.look()
    assert await fault(pool) is not None, "this batch does not show it either"
    put_batch(tmp_path, number, [PROTECTED], 90)
    await source.look()
    assert await held(pool) == {H}
    put_batch(tmp_path, 63, [], 95)
    await source.look()
    assert await held(pool) == {H}, "no batch brings anybody back"
    put_change(tmp_path, 64, PROTECTED, 96)
    await source.look()
    assert await held(pool) == set()


_RESET = """
    DELETE FROM imports; DELETE FROM changes_said; DELETE FROM unmappable_records;
    DELETE FROM seal_registrations; DELETE FROM residents; DELETE FROM households;
    UPDATE records_version SET last_sequence = NULL, fault = NULL, event_lost = false,
        erasure_missed = false
"""


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events that a register can have, each of what is there by then."""
    history: list[Event] = []
    for _ in range(4):
        history.append(draw(st.sampled_from([one for one in EVENTS if can_follow(history, one)])))
    return history


def can_follow(history: Sequence[Event], event: Event) -> bool:
    """Tell whether this event may be the next one: nothing is erased or changed that is not there,
    nothing comes to be as it is, and nobody has two active seals."""
    act, record, line = event
    records = after(history)
    active = [one for one in after([*history, event]).values() if one.get("status") == "active"]
    is_there = act == "add" or record in records
    return is_there and records.get(record) != line and len(active) <= 1


AGES = st.integers(0, 4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("batch"), AGES, st.integers(0, 2)),
        st.tuples(st.just("change"), st.integers(1, 4), st.just(0)),
    ),
    min_size=3,
    max_size=5,
)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def kept_pool(runner: asyncio.Runner, migrated_database: MakeMigrated) -> Iterator[Pool]:
    """One pool for all examples, as opening it takes longer than most of them."""

    async def make() -> Pool:
        return await open_pool(await migrated_database(migrated), timedelta(), maximum=2)

    pool = runner.run(make())
    yield pool
    runner.run(pool.close())


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories(), steps=STEPS, age=AGES)
@example([PROTECTED, UNPROTECTED], [("batch", 1, 1), ("change", 1, 0)], 2).via("old words")
@example([BORN], [("batch", 0, 0)], 1).via("gone out of the household")
@example([PROTECTED], [("batch", 0, 2), ("change", 1, 0)], 0).via("a late change")
@example([PROTECTED, BORN, MOVED], [("change", 1, 0), ("batch", 0, 3)], 0).via("a batch waits")
@example(
    [PROTECTED, BORN, LOST, MOVED], [("batch", 3, 0), ("change", 2, 0), ("change", 4, 0)], 0
).via("changes that come with a batch")
def test_nobody_is_given_anything_but_the_newest_that_was_ever_heard(
    runner: asyncio.Runner,
    kept_pool: Pool,
    tmp_path_factory: pytest.TempPathFactory,
    history: list[Event],
    steps: list[tuple[str, int, int]],
    age: int,
) -> None:
    """Batches of data of any age, with any number from that age on, and changes in any order."""
    folder = tmp_path_factory.mktemp("files")
    runner.run(_hear(kept_pool, folder, history, [("batch", age, 0), *steps]))


async def _hear(
    pool: Pool, folder: Path, history: Sequence[Event], steps: Sequence[tuple[str, int, int]]
) -> None:
    await pool.execute(_RESET)
    source, come, reach = source_of(pool, folder), list[int](), 0
    for minute, (kind, which, beyond) in enumerate(steps, 100):
        if kind == "batch":
            reach = max(which, reach + beyond)
            put_batch(folder, reach, history[:which], minute)
        else:
            put_change(folder, which, history[which - 1])
            come.append(which)
        await source.look()
        if await fault(pool) is None:
            await _check(source, newest(history, set(come), await taken(pool)))
    for number, event in enumerate(history, 1):
        put_change(folder, number, event)
    put_batch(folder, max(reach, len(history)), history, 200)
    await source.look()
    if not _is_overtaken(history, come):
        assert await fault(pool) is None, "a right batch ends whatever has stopped the source"
        await _check(source, after(history))


def _is_overtaken(history: Sequence[Event], come: Sequence[int]) -> bool:
    """Tell whether a change came after a later one of its record: no batch shows what it said."""
    order = [*dict.fromkeys([*come, *range(1, len(history) + 1)])]
    return any(
        one < other and history[one - 1][1] == history[other - 1][1]
        for place, one in enumerate(order)
        for other in order[:place]
    )


async def taken(pool: Pool) -> int:
    """Return the greatest age of the data of a batch that was taken."""
    rows = await pool.fetch("SELECT file FROM imports WHERE kind = 'batch' AND outcome = 'applied'")
    return max(int(Path(row["file"]).stem.partition("-")[2]) for row in rows)


def newest(history: Sequence[Event], come: set[int], age: int) -> dict[Record, Line]:
    """Return the newest version of each record that a batch or a change has told."""
    records = after(history[:age])
    for number in sorted(one for one in come if one > age):
        record = history[number - 1][1]
        told = after(history[:number])
        records.pop(record, None)
        if record in told:
            records[record] = told[record]
    return records


async def _check(source: FilesRecordSource, true: dict[Record, Line]) -> None:
    """Compare what is given with what is true; giving nothing is always right."""
    people = [line for line in true.values() if line["line"] == "resident"]
    at_home = [
        resident_id
        for line in people
        for resident_id in [line["resident_id"]]
        if line["household_id"] == HOUSE.household_id and line["status"] == "current"
    ]
    async with source.snapshot() as snapshot:
        for record in (H, C):
            found = await given_by(snapshot, lambda one, key=record[1]: one.resident(key))
            if found is not None:
                assert of(found) == true.get(record)
        seal = await given_by(snapshot, lambda one: one.seal_of(HOLDER.resident_id))
        if seal is not None and seal.status is SealStatus.ACTIVE:
            assert seal_line(seal) == true.get(("seal", seal.registration_number))
        home = await given_by(snapshot, lambda one: one.household(HOUSE.household_id))
        if home is not None:
            assert [one.resident_id for one in home.members] == sorted(
                at_home, key=ORDERS.__getitem__
            )
            assert home.address == true[HOME]["address"]


async def given_by(snapshot: FilesSnapshot, read: Callable[[FilesSnapshot], Any]) -> Any:
    try:
        return await read(snapshot)
    except UnmappableRecord:
        return None
