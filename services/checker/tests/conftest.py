"""A real history, made once by a real system; each test plants a fault into a copy of its own."""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from checker.testing import Planted
from local_stack.databases import PostgresServer
from local_stack.demo.issued import issue_all, try_all
from local_stack.demo.plan import REFUSALS
from local_stack.folders import card_keys
from local_stack.settling import settle
from local_stack.system import LocalSystem
from local_stack.visits import Visit, Visits
from madoguchi_wire.order import Kind

VISITS = (
    Visit("komorebi-ichikawa-yawata-1", "122033", "resident-01", Kind.RESIDENT_RECORD),
    Visit("ichikawa-city-hall-1", "122033", "resident-02", Kind.SEAL_REGISTRATION, copies=2),
    Visit(
        "komorebi-osaka-1",
        "122033",
        "large-household",
        Kind.RESIDENT_RECORD,
        "all",
        relationship=True,
    ),
    Visit("komorebi-osaka-1", "132047", "resident-03", Kind.RESIDENT_RECORD, honseki=True),
)
TESTS = (
    Visit("centre-test-1", "122033", "test", Kind.RESIDENT_RECORD, "all", relationship=True),
    Visit("centre-test-1", "131130", "test", Kind.SEAL_REGISTRATION),
)
"""Test papers (見本)."""
PAPERS = 5
EMPTIED, EMPTIED_YEN = "komorebi-ichikawa-yawata-1", 250
"""Whose coins were taken out before they were counted."""


@dataclass(frozen=True)
class History:
    """What a system left behind."""

    installation: Path
    papers: Path


@pytest.fixture(scope="session")
def history(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    made = History(folder / "installation", folder / "papers")
    made.papers.mkdir()
    prefix = f"checked_{secrets.token_hex(4)}"
    with LocalSystem(made.installation, postgres, prefix=prefix, card_keys=card_keys()) as system:
        asyncio.run(_visit(system, made.papers))
        settle(system)
    return made


async def _visit(system: LocalSystem, papers: Path) -> None:
    async with aiohttp.ClientSession() as http:
        visits = Visits(system.installation, system.clock, http)
        try:
            wanted = (*VISITS, *TESTS)
            ended = await issue_all(visits, wanted, papers, lambda _ended: None)
            assert [one.trouble for one in ended] == [None] * len(wanted)
            await try_all(visits, REFUSALS[:1])
            emptied = visits.fleet[EMPTIED]
            assert await emptied.collect_cash() == EMPTIED_YEN
            await emptied.refill_paper(500)
            await visits.count_cash()
        finally:
            visits.close()


@pytest.fixture
def planted(
    history: History,
    fresh_copy: Callable[[str], str],
    tmp_path: Path,
) -> Planted:
    shutil.copytree(history.installation, tmp_path / "installation")
    shutil.copytree(history.papers, tmp_path / "papers")
    return Planted(tmp_path, fresh_copy)


@pytest.fixture
def fresh_copy(postgres: PostgresServer) -> Iterator[Callable[[str], str]]:
    made: list[str] = []

    def copy(dsn: str) -> str:
        made.append(f"copied_{secrets.token_hex(6)}")
        return postgres.create_database(made[-1], like=dsn.rsplit("/", 1)[1])

    yield copy
    for name in made:
        postgres.drop_database(name)
