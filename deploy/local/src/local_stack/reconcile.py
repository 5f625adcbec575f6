"""`make reconcile`: holds the money of what `make up` runs or ran side by side, or of the demo."""

import asyncio
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from checker.evidence.evidence import Evidence
from checker.evidence.money import gather_money
from checker.reconciliation.reconcile import reconcile
from checker.reconciliation.sources import Sources
from checker.reconciliation.tables import show_reconciliation
from rich.console import Console

from local_stack import up
from local_stack.demo import run as demo
from local_stack.folders import ROOT, VAR
from local_stack.installation.facts import Facts
from local_stack.postgres import LocalPostgres

REPORT = VAR / "reconcile" / "report.json"
_LEFT = ((up.FOLDER, VAR / "postgres"), (demo.FOLDER / "installation", demo.FOLDER / "postgres"))
"""Installations that may be there, each with the folder of its own server's data."""
_NOTHING = (
    "there is nothing to reconcile yet: run `make up` and issue a certificate, or `make demo`,"
    " then this again"
)


def run(console: Console) -> int:
    """Reconcile; return 0 if nothing differs, 1 if something does, 2 if there is nothing."""
    found = next((one for one in _LEFT if (one[0] / "installation.json").exists()), None)
    if found is None:
        console.print(_NOTHING, soft_wrap=True)
        return 2
    installation, data = found
    console.print(f"{installation.relative_to(ROOT)}", soft_wrap=True)
    return _reconcile(console, gathered(installation, data))


def _reconcile(console: Console, evidence: Evidence) -> int:
    found = reconcile(Sources.of(evidence))
    show_reconciliation(found, console)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(f"{found.model_dump_json(indent=1)}\n", "utf-8")
    word = "[bold green]Reconciled" if found.reconciled else "[bold red]Not reconciled"
    console.print(f"{word}[/]: all of it in {REPORT.relative_to(ROOT)}", soft_wrap=True)
    return 0 if found.reconciled else 1


def gathered(installation: Path, data: Path) -> Evidence:
    """Read what an installation has of its money.

    Args:
        installation: its folder.
        data: of its PostgreSQL, which is started if it does not run.

    """
    with _server(installation, data) as moved:
        return asyncio.run(gather_money(installation, moved))


@contextmanager
def _server(installation: Path, data: Path) -> Generator[Callable[[str], str]]:
    """Give where each database is: at the server that runs, or at its data, served once more."""
    facts = Facts.load(installation / "installation.json")
    if os.environ.get("DATABASE_URL") or asyncio.run(_answers(facts.gateway_database)):
        yield str
        return
    server = LocalPostgres(data)
    try:
        place = urlsplit(server.start()).netloc
        yield lambda address: urlsplit(address)._replace(netloc=place).geturl()
    finally:
        server.stop()


async def _answers(address: str) -> bool:
    try:
        connection = await asyncpg.connect(address)
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.InvalidCatalogNameError):
        return False
    await connection.close()
    return True
