"""What an incident says that it injected is what really struck, and may be nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest
from checker.evidence.evidence import Evidence
from local_stack.testing import MakeMigrated
from municipal_adapter.database.migrate import migrated
from proofs.incidents.cases.f9 import F9, MITAKA
from proofs.incidents.cases.f11 import struck
from proofs.incidents.stage import Stage
from proofs.incidents.vendor.strikes import Strikes

_REFUSAL = """
    INSERT INTO refusals (reason, event, kind, issuance_id)
    VALUES ($1, 'refusal.' || $1, 'resident_record', $2::text::uuid)
"""
ONE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


@dataclass
class _Stage:
    strikes: Strikes
    refused_to_start: int = 0
    without: tuple[str, ...] = field(default=())


def _f9(folder: Path, papers: int, refused: int, drawn: int = 0) -> tuple[int, list[str]]:
    strikes = Strikes(folder / "strikes.txt")
    for number in range(papers):
        strikes.note(str(number))
    stage = cast("Stage", _Stage(strikes, refused))
    one: Any = SimpleNamespace(municipality=MITAKA, attestation="x")
    asked: Any = SimpleNamespace(municipality=MITAKA, attestation=None)
    books = SimpleNamespace(issuances=[asked, asked, *[one] * drawn])
    evidence = cast("Evidence", SimpleNamespace(books=books))
    return F9().injected(stage, evidence), F9().failures(stage, [])


def test_a_replaced_font_that_nobody_met_is_injected_nowhere(tmp_path: Path) -> None:
    injected, failures = _f9(tmp_path, papers=0, refused=0)
    assert injected == 0
    assert len(failures) == 2


@pytest.mark.parametrize(("papers", "refused", "word"), [(0, 1, "vendor"), (3, 0, "refused")])
def test_both_the_vendors_font_and_the_nodes_have_to_strike(
    tmp_path: Path, papers: int, refused: int, word: str
) -> None:
    injected, (failure,) = _f9(tmp_path, papers, refused)
    assert injected == papers + refused
    assert word in failure


def test_what_the_node_draws_without_our_checks_counts_paper_by_paper(tmp_path: Path) -> None:
    assert _f9(tmp_path, papers=3, refused=0, drawn=2)[0] == 5


async def test_a_shifted_table_strikes_who_met_a_wrong_row_and_nobody_else(
    migrated_database: MakeMigrated,
) -> None:
    dsn = await migrated_database(migrated)
    assert await struck(dsn, defended=True) == 0
    connection = await asyncpg.connect(dsn)
    try:
        refusals = [("mapping_lapsed", ONE), ("mapping_lapsed", ONE), ("mapping_lapsed", None)]
        for reason, issuance in [*refusals, ("under_age", OTHER)]:
            await connection.execute(_REFUSAL, reason, issuance)
    finally:
        await connection.close()
    assert await struck(dsn, defended=True) == 1
    assert await struck(dsn, defended=False) == 0
