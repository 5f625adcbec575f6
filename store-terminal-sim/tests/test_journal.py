"""The journal after a power cut: its complete prefix, and nothing else."""

from pathlib import Path

import pytest
from store_terminal_sim.core.entries import (
    DocumentAsked,
    Entry,
    MoneyAsked,
    Printed,
    ReportWritten,
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
    MoneyAsked(issuance="a", yen=250),
    TrayInDoubt(),
    Printed(issuance="a", pages=2),
    ReportWritten(sequence=1, issuance="a", event="completed", token="a.b.c"),
)


def written(path: Path) -> bytes:
    journal = FileJournal(path)
    journal.append(ENTRIES[:2], durable=True)
    journal.append(ENTRIES[2:], durable=False)
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
        journal.append([TrayInDoubt()], durable=True)
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
    path.write_bytes(whole.replace(b'"yen":250', b'"yen":2X0'))
    with pytest.raises(JournalDamaged, match="out of service"):
        FileJournal(path)


def test_two_processes_cannot_drive_one_terminal(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal.jsonl")
    with pytest.raises(JournalInUse, match="Stop it"):
        FileJournal(tmp_path / "journal.jsonl")
    journal.close()
    reopened(tmp_path / "journal.jsonl")
