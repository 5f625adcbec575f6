"""The ledger keeps every run, and what it says of them holds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofs.soak.ledger import BROKEN_OFF, Entry, add, bound_text, read, upper_bound


def _run(seed: int) -> Entry:
    return Entry.unfinished(seed, "abc", "2026-11-26", 1.5, BROKEN_OFF)


def test_what_a_crash_cut_short_costs_no_other_run(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    assert read(ledger) == []
    add(ledger, _run(1))
    with ledger.open("a") as file:
        file.write(_run(2).model_dump_json()[:40])
    assert read(ledger) == [_run(1)]
    add(ledger, _run(3))
    assert read(ledger) == [_run(1), _run(3)]


def test_a_run_that_cannot_be_read_is_not_left_out_in_silence(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    add(ledger, _run(1))
    with ledger.open("a") as file:
        file.write('{"seed": 2}\n')
    with pytest.raises(ValueError, match=r"line 2 is no run"):
        read(ledger)


@given(st.integers(1, 10**7))
def test_the_bound_that_is_told_is_never_below_the_true_one(trials: int) -> None:
    assert upper_bound(trials) <= float(bound_text(trials)) < 1.11 * upper_bound(trials)
