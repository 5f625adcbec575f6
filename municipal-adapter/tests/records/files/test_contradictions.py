"""What changes said is never taken back by a batch that has them by its number alone."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.importing import Importer
from municipal_adapter.records.files.restarting import restart_numbers
from municipal_adapter.records.files.source import FilesRecordSource, FilesSnapshot
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

TOWN = ichikawa()
CODE, START = TOWN.code, datetime(2026, 3, 1, 2, tzinfo=UTC)
HOLDER = TOWN.residents[TOWN.cases[Case.ORDINARY]]
SEAL = TOWN.seals[HOLDER.resident_id]
ORDER = list(TOWN.residents).index(HOLDER.resident_id) + 1
HOUSE = TOWN.household_of(HOLDER.resident_id)
Line = dict[str, Any]
Event = tuple[str, str, str, Line | None]
"""Act, what, key, and the line of the record."""
_RESET = """
    TRUNCATE imports, changes_said, unmappable_records, seal_registrations, residents, households;
    UPDATE records_version SET last_sequence = NULL, fault = NULL, event_lost = false,
        erasure_missed = false
"""


def of_holder(*, protected: bool) -> Event:
    line = resident_line(replace(HOLDER, protected=protected), ORDER)
    return "change", "resident", HOLDER.resident_id, line


ERASED: Event = ("erase", "seal", SEAL.registration_number, None)
ADDED: Event = ("add", "seal", SEAL.registration_number, seal_line(SEAL))
PROTECTED, UNPROTECTED = of_holder(protected=True), of_holder(protected=False)
CHILD = replace(HOLDER, resident_id="child", relationship="子", protected=True)
BORN: Event = ("add", "resident", "child", resident_line(CHILD, 9000))


MEMBERS = [one.resident_id for one in HOUSE.members]
LINES = [
    line
    for line in batch_lines(TOWN)
    if line.get("resident_id") in MEMBERS or line.get("head_name") == HOUSE.head_name
]
"""Of the holder's household alone, so that a batch is small."""


def after(events: Sequence[Event]) -> list[Line]:
    """Return the lines of a batch after these events."""
    lines = {(line["line"], key_of(line)): line for line in LINES}
    for act, what, key, line in events:
        lines.pop((what, key), None)
        if act != "erase" and line is not None:
            lines[what, key] = line
    order = ["household", "resident", "seal"]
    return sorted(lines.values(), key=lambda line: order.index(line["line"]))


def key_of(line: Line) -> str:
    names = {"household": "household_id", "resident": "resident_id", "seal": "registration_number"}
    return line[names[line["line"]]]


def put_batch(folder: Path, sequence: int, events: Sequence[Event], minute: float) -> None:
    header = batch_header(TOWN, sequence, START + timedelta(minutes=minute))
    write_file(folder / f"batch-{sequence}-{minute}.jsonl", header, after(events))


def put_changes(folder: Path, first: int, *events: Event, minute: float | None = None) -> None:
    last = first + len(events) - 1
    made_at = START + timedelta(minutes=last if minute is None else minute)
    lines: list[Line] = []
    for number, (act, what, key, line) in enumerate(events, first):
        made: Line = {"line": "event", "sequence": number, "act": act, "what": what, "key": key}
        if line is not None:
            made["record"] = {name: value for name, value in line.items() if name != "line"}
        lines.append(made)
    header = changes_header(CODE, first, last, made_at)
    write_file(folder / f"changes-{first}-{last}.jsonl", header, lines)


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    address = await migrated_database(migrated)
    async with await open_pool(address, timedelta(), maximum=4) as pool:
        yield pool


@asynccontextmanager
async def looking(pool: Pool, folder: Path) -> AsyncGenerator[FilesRecordSource]:
    """Open the source of a process that has seen no file yet."""
    records = FilesRecords(source="files", folder=folder, poll_seconds=3600)
    source = FilesRecordSource(records, pool, Importer(pool, CODE))
    await source.look()
    yield source
    await source.close()


@pytest.fixture
async def source(pool: Pool, tmp_path: Path) -> AsyncIterator[FilesRecordSource]:
    """The source, of a folder with a batch of number 50."""
    put_batch(tmp_path, 50, [], 50)
    async with looking(pool, tmp_path) as source:
        yield source


async def fault(source: FilesRecordSource) -> SourceFault | None:
    async with source.snapshot() as snapshot:
        return snapshot.fault


async def shows(source: FilesRecordSource) -> tuple[bool, bool]:
    """Return whether the holder is protected, and has a seal."""
    async with source.snapshot() as snapshot:
        holder = await snapshot.resident(HOLDER.resident_id)
        seal = await snapshot.seal_of(HOLDER.resident_id)
    assert holder is not None
    return holder.protected, seal is not None


async def is_held(source: FilesRecordSource) -> bool:
    try:
        await shows(source)
    except UnmappableRecord:
        return True
    return False


@pytest.mark.parametrize("event", [PROTECTED, ERASED, BORN], ids=["change", "erase", "add"])
@pytest.mark.parametrize("comes", ["after the changes", "before them"])
async def test_a_batch_that_does_not_show_the_changes_that_it_has_by_its_number_stops_the_source(
    source: FilesRecordSource, pool: Pool, tmp_path: Path, event: Event, comes: str
) -> None:
    """An export that reads its number after its data."""
    if comes == "after the changes":
        put_changes(tmp_path, 51, event, minute=51)
        await source.look()
    put_batch(tmp_path, 51, [], 52)
    await source.look()
    if comes == "before them":
        assert await fault(source) is None
        put_changes(tmp_path, 51, event, minute=51)
        await source.look()
    for again in range(2):
        async with looking(pool, tmp_path) as restarted:
            assert await fault(restarted) is SourceFault.GAP, again
    put_batch(tmp_path, 60, [], 60)
    await source.look()
    assert await fault(source) is SourceFault.GAP, "a later batch does not show it either"
    put_batch(tmp_path, 61, [event], 61)
    await source.look()
    assert (await fault(source), await source.check()) == (None, None)
    assert await pool.fetchval("SELECT count(*) FROM changes_said") == 0


async def test_what_was_changed_stays_while_a_batch_contradicts_it(
    source: FilesRecordSource, tmp_path: Path
) -> None:
    put_changes(tmp_path, 51, PROTECTED, ERASED)
    put_batch(tmp_path, 52, [], 53)
    await source.look()
    assert await shows(source) == (True, False)
    put_changes(tmp_path, 53, ADDED, minute=54)
    await source.look()
    assert (await shows(source), await fault(source)) == ((True, True), SourceFault.GAP)


async def test_a_wrong_change_is_settled_by_a_person_who_begins_the_numbers_anew(
    source: FilesRecordSource, pool: Pool, tmp_path: Path
) -> None:
    put_changes(tmp_path, 51, PROTECTED)
    put_batch(tmp_path, 51, [], 52)
    await source.look()
    await restart_numbers(pool, "officer 3", "nobody is protected: 51 was about another person")
    now = (datetime.now(UTC) - START).total_seconds() / 60
    put_batch(tmp_path, 51, [], now)
    async with looking(pool, tmp_path) as restarted:
        assert await fault(restarted) is None
        assert await shows(restarted) == (False, True)


async def test_a_batch_waits_for_changes_that_may_have_changed_a_record_again(
    source: FilesRecordSource, tmp_path: Path
) -> None:
    put_changes(tmp_path, 51, PROTECTED)
    put_batch(tmp_path, 52, [PROTECTED, UNPROTECTED], 53)
    await source.look()
    assert (await shows(source), await fault(source)) == ((True, True), SourceFault.GAP)
    put_changes(tmp_path, 52, UNPROTECTED)
    await source.look()
    await source.look()
    assert (await shows(source), await fault(source)) == ((False, True), None)


async def test_changes_from_before_the_first_batch_do_not_contradict_each_other(
    pool: Pool, tmp_path: Path
) -> None:
    put_changes(tmp_path, 1, PROTECTED)
    put_changes(tmp_path, 2, UNPROTECTED, ERASED)
    put_changes(tmp_path, 4, ADDED)
    put_batch(tmp_path, 4, [], 5)
    async with looking(pool, tmp_path) as source:
        assert await fault(source) is None
        outcomes = await pool.fetch("SELECT outcome FROM imports WHERE kind = 'changes'")
        assert Decision.UNSHOWN not in {row["outcome"] for row in outcomes}


async def test_a_change_that_cannot_be_understood_must_not_be_taken_back_either(
    source: FilesRecordSource, tmp_path: Path
) -> None:
    act, what, key, line = PROTECTED
    assert line is not None
    put_changes(tmp_path, 51, (act, what, key, line | {"sex": "?"}))
    put_batch(tmp_path, 51, [], 52)
    await source.look()
    assert await fault(source) is SourceFault.GAP, "the batch has the version before it"
    put_batch(tmp_path, 52, [PROTECTED], 53)
    await source.look()
    assert (await is_held(source), await fault(source)) == (True, None)
    put_changes(tmp_path, 53, PROTECTED, minute=54)
    await source.look()
    assert (await shows(source), await fault(source)) == ((True, True), None)


async def test_changes_that_a_batch_has_by_its_number_and_nobody_can_read_stop_the_source(
    source: FilesRecordSource, tmp_path: Path
) -> None:
    put_batch(tmp_path, 51, [], 52)
    await source.look()
    put_changes(tmp_path, 51, PROTECTED, minute=51)
    path = tmp_path / "changes-51-51.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    await source.look()
    assert await fault(source) is SourceFault.GAP
    put_changes(tmp_path, 51, UNPROTECTED, minute=51)
    await source.look()
    assert await fault(source) is None


EVENTS = st.sampled_from([PROTECTED, UNPROTECTED, ERASED, ADDED, BORN])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    events=st.lists(EVENTS, min_size=3, max_size=3),
    arrivals=st.permutations(range(4)),
    cut=st.integers(0, 3),
    beyond=st.integers(0, 2),
)
def test_no_change_that_came_is_taken_back_and_a_right_batch_stops_nothing(
    database: str,
    tmp_path_factory: pytest.TempPathFactory,
    events: list[Event],
    arrivals: list[int],
    cut: int,
    beyond: int,
) -> None:
    """A batch of the data after `cut` changes, whose number is too high by `beyond`."""
    folder = tmp_path_factory.mktemp("files")
    number = min(cut + beyond, 3)
    assume(number > 0)

    async def run() -> None:
        async with await open_pool(database, timedelta(), maximum=3) as pool:
            await pool.execute(_RESET)
            put_batch(folder, 0, [], 0)
            async with looking(pool, folder) as source:
                await _arrive(source, folder, events, arrivals, cut, number)

    asyncio.run(run())


@pytest.fixture
def database(migrated_database: MakeMigrated) -> str:
    return asyncio.run(database_of(migrated_database))


async def database_of(make: MakeMigrated) -> str:
    return await make(migrated)


async def _arrive(
    source: FilesRecordSource,
    folder: Path,
    events: list[Event],
    arrivals: list[int],
    cut: int,
    number: int,
) -> None:
    come: list[int] = []
    for one in arrivals:
        if one == 0:
            put_batch(folder, number, events[:cut], 9)
        else:
            put_changes(folder, one, events[one - 1])
            come.append(one)
        await source.look()
        if await fault(source) is None and not await is_held(source):
            assert await _records(source) in _true_since(events, come)
    await source.look()
    if number == cut and not _is_lost(events):
        assert (await fault(source), await is_held(source)) == (None, False)
    if await fault(source) is None and not await is_held(source):
        assert await _records(source) == _state(events)


async def _records(source: FilesRecordSource) -> tuple[bool, bool, bool]:
    protected, has_seal = await shows(source)
    async with source.snapshot() as snapshot:
        child = await super(FilesSnapshot, snapshot).resident("child")
        return protected, has_seal, child is not None


def _state(events: Sequence[Event]) -> tuple[bool, bool, bool]:
    """Return whether the holder is protected, has a seal, and a child."""
    last = {key: one for one in events for key in [one[2]]}
    protected = last.get(HOLDER.resident_id) == PROTECTED
    return protected, last.get(SEAL.registration_number) != ERASED, "child" in last


def _true_since(events: list[Event], come: list[int]) -> set[tuple[bool, bool, bool]]:
    """Return what the records may show when these changes have come, and maybe later ones."""
    states = [_state(events[:until]) for until in range(len(events) + 1)]
    keys = (HOLDER.resident_id, SEAL.registration_number, "child")
    allowed: list[set[bool]] = []
    for place, key in enumerate(keys):
        since = max((one for one in come if events[one - 1][2] == key), default=0)
        allowed.append({state[place] for state in states[since:]})
    return {(a, b, c) for a in allowed[0] for b in allowed[1] for c in allowed[2]}


def _is_lost(events: list[Event]) -> bool:
    """Tell whether a seal is erased that is not there: that stops the source by itself."""
    has_seal = True
    for one in events:
        if one == ERASED and not has_seal:
            return True
        has_seal = one == ADDED or (has_seal and one != ERASED)
    return False
