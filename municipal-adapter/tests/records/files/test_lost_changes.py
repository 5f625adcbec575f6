"""A change that nobody could read, or that a batch swallows by its number, stops the source."""

import hashlib
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.importing import Importer
from municipal_adapter.records.files.restarting import restart_numbers
from municipal_adapter.records.files.source import FilesRecordSource
from municipal_adapter.records.source import SourceFault
from municipal_adapter.synthetic import Case
from municipal_adapter.synthetic.export import (
    batch_header,
    batch_lines,
    changes_header,
    seal_line,
    write_file,
)
from municipal_adapter_testing.papers import ichikawa

TOWN = ichikawa()
CODE = TOWN.code
SEAL = TOWN.seals[TOWN.cases[Case.ORDINARY]]
Line = dict[str, Any]


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    address = await migrated_database(migrated)
    async with await open_pool(address, timedelta(), maximum=4) as pool:
        yield pool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder with a batch of number 40, an hour old."""
    batch(tmp_path, 40, timedelta(hours=1))
    return tmp_path


@pytest.fixture
async def source(pool: Pool, folder: Path) -> AsyncIterator[FilesRecordSource]:
    opened = source_of(pool, folder)
    await opened.look()
    yield opened
    await opened.close()


def source_of(pool: Pool, folder: Path) -> FilesRecordSource:
    """Return the source of a process that has seen no file yet."""
    records = FilesRecords(source="files", folder=folder, poll_seconds=3600)
    return FilesRecordSource(records, pool, Importer(pool, CODE))


def batch(
    folder: Path, sequence: int, age: timedelta = timedelta(), lines: list[Line] | None = None
) -> None:
    made = list(batch_lines(TOWN)) if lines is None else lines
    header = batch_header(TOWN, sequence, datetime.now(UTC) - age)
    write_file(folder / f"batch-{sequence}.jsonl", header, made)


async def by_hand(pool: Pool, folder: Path, sequence: int) -> None:
    """Let the command import a batch that is made now, from another folder."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    batch(elsewhere, sequence)
    (outcome,) = await Importer(pool, CODE).import_all(list(elsewhere.iterdir()))
    assert outcome.decision is Decision.APPLY


def header(first: int = 41, last: int | None = None, **changed: object) -> Line:
    return changes_header(CODE, first, last or first, datetime.now(UTC)) | changed


def erasing(sequence: int) -> Line:
    event = {"line": "event", "sequence": sequence, "act": "erase", "what": "seal"}
    return event | {"key": SEAL.registration_number}


def adding(sequence: int) -> Line:
    record = {name: value for name, value in seal_line(SEAL).items() if name != "line"}
    return erasing(sequence) | {"act": "add", "record": record}


def without_seal() -> list[Line]:
    number = SEAL.registration_number
    return [line for line in batch_lines(TOWN) if line.get("registration_number") != number]


def write_raw(path: Path, first_line: bytes) -> None:
    """Write a file that has not been cut or changed since it was made, whatever its header says."""
    made = first_line + b"\n" + json.dumps(erasing(41)).encode() + b"\n"
    digest = hashlib.sha256(made).hexdigest()
    trailer = {"line": "trailer", "lines": 2, "sha256": digest}
    path.write_bytes(made + json.dumps(trailer).encode() + b"\n")


async def fault(source: FilesRecordSource) -> SourceFault | None:
    async with source.snapshot() as snapshot:
        return snapshot.fault


async def is_erased(source: FilesRecordSource) -> bool:
    async with source.snapshot() as snapshot:
        return await snapshot.seal_of(SEAL.resident_id) is None


DAMAGED: dict[str, bytes] = {
    "garbage": b"{garbage",
    "nothing": b"",
    "a key too many": json.dumps(header(system="x")).encode(),
    "a moment without offset": json.dumps(header(made_at="2026-03-01T09:30:00")).encode(),
    "a number as text": json.dumps(header() | {"last": "41"}).encode(),
    "another kind": json.dumps(header(kind="change")).encode(),
    "a damaged code": json.dumps(header(municipality="12203")).encode(),
    "a list": b"[]",
}


@pytest.mark.parametrize("damage", list(DAMAGED))
async def test_a_file_whose_header_cannot_be_read_stops_the_source_until_it_can(
    source: FilesRecordSource, pool: Pool, folder: Path, damage: str
) -> None:
    path = folder / "41.jsonl"
    write_raw(path, DAMAGED[damage])
    await source.look()
    assert await fault(source) is SourceFault.GAP
    assert "41.jsonl: line 1" in (await source.check() or "")
    after_a_restart = source_of(pool, folder)
    await after_a_restart.look()
    write_file(folder / "42.jsonl", header(42), [erasing(42)])
    await after_a_restart.look()
    assert await fault(source) is SourceFault.GAP
    (folder / "42.jsonl").unlink()
    await pool.execute("DELETE FROM imports WHERE first = 42")
    write_file(path, header(), [erasing(41)])
    await after_a_restart.look()
    assert (await fault(source), await source.check()) == (None, None)
    assert await is_erased(source)


@pytest.mark.parametrize("damage", ["garbage", "a key too many"])
@pytest.mark.parametrize("copied", ["the batch", "old changes", "a batch cut on its way"])
async def test_a_copy_of_something_old_under_the_name_of_a_damaged_file_proves_nothing(
    source: FilesRecordSource, folder: Path, damage: str, copied: str
) -> None:
    write_file(folder / "old.jsonl", header(), [erasing(41)])
    await source.look()
    path = folder / "42.jsonl"
    damaged = DAMAGED[damage].replace(b"41", b"42")
    write_raw(path, damaged)
    await source.look()
    assert await fault(source) is SourceFault.GAP
    if copied == "the batch":
        path.write_bytes((folder / "batch-40.jsonl").read_bytes())
    elif copied == "old changes":
        path.write_bytes((folder / "old.jsonl").read_bytes())
    else:
        path.write_bytes((folder / "batch-40.jsonl").read_bytes()[:-9])
    await source.look()
    assert await fault(source) is SourceFault.GAP
    write_file(path, header(42), [adding(42)])
    await source.look()
    assert (await fault(source), await source.check()) == (None, None)


async def test_what_only_looks_like_a_file_is_passed_over_and_told(
    source: FilesRecordSource, folder: Path
) -> None:
    os.mkfifo(folder / "a.jsonl")
    (folder / "b.jsonl").symlink_to(folder / "batch-40.jsonl")
    (folder / "C.JSONL").touch()
    (folder / "d.txt").touch()
    with structlog.testing.capture_logs() as logs:
        await source.look()
        await source.look()
    alarms = [one["file"] for one in logs if one["log_level"] == "error"]
    assert alarms == ["C.JSONL", "a.jsonl", "b.jsonl"], "each once"
    assert (await source.check() or "").startswith("C.JSONL, a.jsonl, b.jsonl: passed over")
    assert await fault(source) is None


async def test_an_empty_file_stops_the_source(source: FilesRecordSource, folder: Path) -> None:
    (folder / "41.jsonl").touch()
    await source.look()
    assert await fault(source) is SourceFault.GAP


async def test_a_batch_that_was_made_later_has_what_could_not_be_read(
    source: FilesRecordSource, pool: Pool, folder: Path
) -> None:
    write_raw(folder / "41.jsonl", b"{garbage")
    batch(folder, 50, timedelta(minutes=30))
    await source.look()
    assert await fault(source) is SourceFault.GAP, "the batch was made before the file came"
    batch(folder, 51)
    await source.look()
    assert (await fault(source), await source.check()) == (None, None)
    await source_of(pool, folder).look()
    assert await fault(source) is None, "the old file is still there"


@pytest.mark.parametrize(
    "harmless",
    [
        json.dumps(batch_header(TOWN, 41, datetime.now(UTC)) | {"system": "x"}).encode(),
        json.dumps(header(municipality="131130", system="x")).encode(),
    ],
)
async def test_a_damaged_batch_or_another_municipalitys_file_stops_nothing(
    source: FilesRecordSource, folder: Path, harmless: bytes
) -> None:
    write_raw(folder / "41.jsonl", harmless)
    await source.look()
    assert (await fault(source), await source.check()) == (None, None)


async def test_a_file_of_another_ending_that_is_imported_by_mistake_stops_nothing(
    source: FilesRecordSource, pool: Pool, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("見本")
    (outcome,) = await Importer(pool, CODE).import_all([path])
    assert outcome.decision is None
    assert await fault(source) is None


async def test_changes_made_after_the_batch_that_has_them_by_its_number_stop_the_source(
    source: FilesRecordSource, folder: Path
) -> None:
    batch(folder, 4000, timedelta(minutes=5))
    await source.look()
    assert await fault(source) is None
    write_file(folder / "41.jsonl", header(), [erasing(41)])
    await source.look()
    assert await fault(source) is SourceFault.GAP
    assert "restart-numbers" in (await source.check() or "")


async def test_a_batch_made_before_changes_that_were_applied_does_not_take_them_back(
    source: FilesRecordSource, folder: Path
) -> None:
    batch(folder, 4000, timedelta(minutes=5))
    write_file(folder / "41.jsonl", header(), [erasing(41)])
    await source.look()
    assert await is_erased(source)
    write_file(folder / "42.jsonl", header(42), [adding(42)])
    await source.look()
    assert (await fault(source), await source.check()) == (None, None)


async def test_after_a_restart_the_numbers_go_on_from_the_next_batch(
    source: FilesRecordSource, pool: Pool, folder: Path
) -> None:
    batch(folder, 4000, timedelta(minutes=5))
    await source.look()
    write_file(folder / "41.jsonl", header(), [erasing(41)])
    await source.look()
    await restart_numbers(pool, "officer 3", "4000 was typed for 40")
    for _ in range(2):
        await source_of(pool, folder).look()
        assert await fault(source) is SourceFault.GAP, "the batches before it count no more"
    batch(folder, 40)
    await source.look()
    assert (await fault(source), await source.check()) == (None, None)
    assert await is_erased(source), "what came before the batch is taken up again"
    row = await pool.fetchrow("SELECT officer, reason, last_sequence FROM restarts")
    assert tuple(row or ()) == ("officer 3", "4000 was typed for 40", 4000)


@pytest.mark.parametrize("numbers", ["begin anew", "go on"])
async def test_after_a_batch_by_whomever_nothing_is_issued_until_the_folder_was_looked_through(
    source: FilesRecordSource, pool: Pool, folder: Path, numbers: str
) -> None:
    """What lies there may not be in it, and each process has seen it before."""
    replica = source_of(pool, folder)
    if numbers == "go on":
        batch(folder, 45, timedelta(minutes=5))
    await source.look()
    write_file(folder / "41.jsonl", header(), [erasing(41)])
    for one in (source, replica):
        await one.look()
    if numbers == "begin anew":
        await restart_numbers(pool, "officer 3", "41 was wrong")
    await by_hand(pool, folder, 40 if numbers == "begin anew" else 46)
    for one in (source, replica):
        assert await fault(one) is SourceFault.GAP, "each looks with its own eyes"
        assert await one.check() is not None
        await one.look()
        if numbers == "begin anew":
            assert (await fault(one), await one.check()) == (None, None)
            assert await is_erased(one)
        else:
            assert await fault(one) is SourceFault.GAP, "the batch does not show the change"


@pytest.mark.parametrize("minutes_ahead", [4, 10])
async def test_a_batch_that_was_seen_before_the_numbers_began_anew_counts_no_more(
    source: FilesRecordSource, pool: Pool, folder: Path, minutes_ahead: int
) -> None:
    """Whatever the clock of the system of record says."""
    batch(folder, 46, timedelta(minutes=-minutes_ahead), without_seal())
    await source.look()
    await restart_numbers(pool, "officer 3", "46 is of old data")
    await restart_numbers(pool, "officer 3", "a second time, to be sure")
    await source_of(pool, folder).look()
    assert await fault(source) is SourceFault.GAP
    await by_hand(pool, folder, 45)
    another = source_of(pool, folder)
    await another.look()
    assert (await fault(another), await another.check()) == (None, None)
    assert not await is_erased(another)


async def test_a_damaged_file_that_is_put_right_with_its_old_time_is_read_again(
    source: FilesRecordSource, folder: Path
) -> None:
    path = folder / "41.jsonl"
    write_file(path, header(), [erasing(41)])
    good, times = path.read_bytes(), (1_700_000_000, 1_700_000_000)
    for content, found in ((good[:-2] + b"]\n", SourceFault.GAP), (good, None)):
        path.write_bytes(content)
        os.utime(path, times)
        await source.look()
        assert await fault(source) is found


async def test_changes_that_go_on_after_a_batch_must_find_their_beginning_in_it(
    source: FilesRecordSource, folder: Path
) -> None:
    batch(folder, 45, timedelta(minutes=5))
    write_file(folder / "41.jsonl", header(45, 46), [erasing(45), erasing(46)])
    await source.look()
    assert await fault(source) is SourceFault.GAP, "45 was typed for 44"
    assert not await is_erased(source)


async def test_changes_that_go_on_after_a_batch_that_has_their_beginning_are_applied(
    source: FilesRecordSource, folder: Path
) -> None:
    batch(folder, 46, timedelta(minutes=5), without_seal())
    events = [erasing(44), adding(45), erasing(46), adding(47)]
    write_file(folder / "44.jsonl", header(44, 47), events)
    await source.look()
    assert await fault(source) is None
    assert not await is_erased(source)


async def test_numbers_begin_anew_only_by_name_and_reason(pool: Pool) -> None:
    with pytest.raises(ValueError, match="officer and reason"):
        await restart_numbers(pool, " ", "")


async def test_changes_that_were_made_before_the_batch_that_has_them_are_passed_over(
    source: FilesRecordSource, pool: Pool, folder: Path
) -> None:
    batch(folder, 41, lines=without_seal())
    await source.look()
    made_at = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    write_file(folder / "41.jsonl", header(made_at=made_at), [erasing(41)])
    await source.look()
    assert await fault(source) is None
    assert await pool.fetchval("SELECT outcome FROM imports WHERE kind = 'changes'") == (
        Decision.REPEAT
    )
