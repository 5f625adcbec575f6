"""The journal after a power cut: its complete prefix, and nothing else."""

import os
from pathlib import Path

import pytest
from store_terminal_sim.core.entries import (
    DocumentAsked,
    Entry,
    Printing,
    ReportWritten,
    TrayAcknowledged,
    TrayInDoubt,
)
from store_terminal_sim.journal import (
    FileJournal,
    JournalDamaged,
    JournalInUse,
    complete_entries,
)

ENTRIES: tuple[Entry, ...] = (
    DocumentAsked(issuance="a"),
    Printing(issuance="a"),
    TrayInDoubt(),
    TrayAcknowledged(),
    ReportWritten(sequence=1, issuance="a", event="completed", token="a.b.c"),
)


def written(path: Path) -> bytes:
    journal = FileJournal(path)
    for number, entry in enumerate(ENTRIES):
        journal.append(entry, durable=number % 2 == 0)
    journal.close()
    return path.read_bytes()


def reopened(path: Path) -> list[Entry]:
    journal = FileJournal(path)
    journal.close()
    return journal.entries


def test_a_journal_torn_at_any_byte_reads_as_its_complete_prefix(tmp_path: Path) -> None:
    whole = written(tmp_path / "journal.jsonl")
    for cut in range(len(whole) + 1):
        torn = tmp_path / "torn.jsonl"
        torn.write_bytes(whole[:cut])
        journal = FileJournal(torn)
        complete = whole[:cut].count(b"\n")
        assert journal.entries == list(ENTRIES[:complete])
        journal.append(TrayInDoubt(), durable=True)
        journal.close()
        assert complete_entries(torn.read_bytes())[0] == [*ENTRIES[:complete], TrayInDoubt()]


def test_blocks_of_zeros_after_a_power_cut_are_not_entries(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    whole = written(path)
    path.write_bytes(whole + b"\0" * 100)
    assert reopened(path) == list(ENTRIES)
    path.write_bytes(whole + b"\0" * 100 + b"\n")
    assert reopened(path) == list(ENTRIES)


def test_damage_before_the_last_entry_takes_the_terminal_out_of_service(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    whole = written(path)
    path.write_bytes(whole.replace(b'"printing"', b'"prXnting"'))
    with pytest.raises(JournalDamaged, match="out of service"):
        FileJournal(path)


def test_an_entry_that_did_not_fit_on_the_disk_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    whole = written(path)
    journal = FileJournal(path)
    really_write = os.write

    def half(descriptor: int, line: bytes) -> int:
        return really_write(descriptor, line[: len(line) // 2])

    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "write", half)
        with pytest.raises(OSError, match="full"):
            journal.append(TrayInDoubt(), durable=True)
    assert path.read_bytes() == whole
    journal.append(TrayInDoubt(), durable=True)
    journal.close()
    assert reopened(path) == [*ENTRIES, TrayInDoubt()]


def test_two_processes_cannot_drive_one_terminal(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal.jsonl")
    with pytest.raises(JournalInUse, match="Stop it"):
        FileJournal(tmp_path / "journal.jsonl")
    journal.close()
    reopened(tmp_path / "journal.jsonl")
