"""The commands: judge an installation and its papers, or reconcile its money alone."""

import argparse
import asyncio
import sys
from pathlib import Path

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from rich.console import Console

from checker.evidence.evidence import gather
from checker.reconciliation.command import main as reconcile
from checker.tables import show
from checker.verdict import judge


def main(arguments: list[str]) -> int:
    """Return 0 if the history holds, 1 if not, 2 if it cannot be read."""
    if arguments[:1] == ["reconcile"]:
        return reconcile(arguments[1:])
    asked = _parser().parse_args(arguments)
    try:
        reading = gather(asked.installation, asked.documents, noted=not asked.nobody_noted)
        evidence = asyncio.run(reading)
    except (OSError, ValueError, MadoguchiError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"checker: the evidence cannot be read: {error}\n")
        return 2
    verdict = judge(evidence, _tell)
    if asked.json:
        sys.stdout.write(f"{verdict.model_dump_json(indent=1)}\n")
    else:
        show(verdict, Console())
    return 0 if verdict.holds else 1


def _tell(progress: str) -> None:
    sys.stderr.write(f"checker: {progress}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="checker",
        description="Judges everything that an installation has issued; `checker reconcile` its"
        " money alone.",
    )
    parser.add_argument("--installation", type=Path, required=True, help="its folder")
    parser.add_argument(
        "--documents", type=Path, nargs="+", required=True, help="folders with the papers"
    )
    parser.add_argument(
        "--nobody-noted",
        action="store_true",
        help="nobody noted who asked for what (askings.jsonl): papers are held against cards alone",
    )
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    return parser
