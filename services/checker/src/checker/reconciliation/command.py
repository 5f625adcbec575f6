"""`python -m checker reconcile --installation DIR`."""

import argparse
import asyncio
import sys
from pathlib import Path

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from rich.console import Console

from checker.evidence.money import gather_money
from checker.reconciliation.reconcile import reconcile
from checker.reconciliation.sources import Sources
from checker.reconciliation.tables import show_reconciliation


def main(arguments: list[str]) -> int:
    """Return 0 if everything is reconciled, 1 if something differs, 2 if it cannot be read."""
    asked = _parser().parse_args(arguments)
    try:
        evidence = asyncio.run(gather_money(asked.installation))
    except (OSError, ValueError, KeyError, MadoguchiError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"checker: the books cannot be read: {error}\n")
        return 2
    found = reconcile(Sources.of(evidence))
    if asked.json:
        sys.stdout.write(f"{found.model_dump_json(indent=1)}\n")
    else:
        console = Console()
        show_reconciliation(found, console)
        console.print("[green]Reconciled." if found.reconciled else "[red]Not reconciled.")
    return 0 if found.reconciled else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="checker reconcile", description="Holds all parties' papers and yen side by side."
    )
    parser.add_argument("--installation", type=Path, required=True, help="its folder")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    return parser
