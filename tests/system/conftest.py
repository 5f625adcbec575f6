"""A whole system of real processes for one test, and the checker's verdict on what it left."""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from checker.evidence.evidence import gather
from checker.verdict import Verdict, judge
from local_stack.databases import PostgresServer
from local_stack.folders import card_keys
from local_stack.settling import settle
from local_stack.system import LocalSystem

ENVIRONMENT = {
    # Longer than an adapter's lease on a copy, so that somebody can take it over in time.
    "GATEWAY_ISSUANCE_DEADLINE_SECONDS": "20",
    "KAFKA_BOOTSTRAP_SERVERS": "",
}
TRACED = {"OTEL_TRACES_EXPORTER": "console"}
PATIENCE_S = 60
_TRACED = ExitStack()


@pytest.fixture
def system(
    postgres: PostgresServer, centre_postgres: PostgresServer, tmp_path: Path
) -> Iterator[LocalSystem]:
    made = LocalSystem(
        tmp_path / "installation",
        postgres,
        prefix=f"system_{secrets.token_hex(4)}",
        card_keys=card_keys(),
        centre=centre_postgres,
        environment=ENVIRONMENT,
    )
    try:
        with made:
            yield made
    finally:
        made.drop_databases()


@pytest.fixture(scope="session")
def traced(
    postgres: PostgresServer,
    centre_postgres: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LocalSystem]:
    """A system that prints its spans, for all tests after which another can go on with it."""
    made = LocalSystem(
        tmp_path_factory.mktemp("traced"),
        postgres,
        prefix=f"traced_{secrets.token_hex(4)}",
        card_keys=card_keys(),
        centre=centre_postgres,
        environment=TRACED,
    )
    with _TRACED as stack:
        stack.callback(made.drop_databases)
        yield stack.enter_context(made)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Stop `traced` after the last test that has it: idle it would take a twentieth of a core."""
    if nextitem is None or "traced" not in getattr(nextitem, "fixturenames", ()):
        _TRACED.close()


@pytest.fixture
def verdict(system: LocalSystem, tmp_path: Path) -> Callable[..., Verdict]:
    """Judge the system's history by the papers that lie in the trays of its terminals."""

    def judged(*, noted: bool = True) -> Verdict:
        settle(system, PATIENCE_S)
        papers = tmp_path / "papers"
        papers.mkdir()
        for paper in system.installation.layout.terminals.glob("*/papers/*.pdf"):
            shutil.copy(paper, papers)
        return judge(asyncio.run(gather(system.folder, [papers], noted=noted)))

    return judged
