"""Importing files of records by hand."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from municipal_adapter.commands.chosen import chosen_file
from municipal_adapter.database.opening import open_database
from municipal_adapter.records.files.deciding import Decision
from municipal_adapter.records.files.files_records import FilesRecords
from municipal_adapter.records.files.importing import Importer, Outcome
from municipal_adapter.settings import FileSettings

_WELL = (Decision.APPLY, Decision.REPEAT)


def add_parser(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add("import", help="import batches and change events of the records")
    parser.add_argument("--municipality", help="code; needed where ADAPTER_FILES names several")
    parser.add_argument("files", nargs="+", type=Path, help="as docs/records/files.md describes")


def run(asked: argparse.Namespace) -> None:
    """Import the files, and say what became of each.

    Raises:
        ValueError: one of them was not applied.

    """
    outcomes = asyncio.run(_imported(asked))
    for outcome in outcomes:
        decision = outcome.decision.value if outcome.decision else ""
        told = ": ".join(one for one in (decision, outcome.why) if one)
        aside = f", {outcome.unmappable} set aside" if outcome.unmappable else ""
        sys.stdout.write(f"{outcome.file}: {told}, {outcome.lines} lines{aside}\n")
    if not all(outcome.decision in _WELL for outcome in outcomes):
        raise ValueError("not every file was applied: see above")


async def _imported(asked: argparse.Namespace) -> list[Outcome]:
    settings = FileSettings()  # pyright: ignore[reportCallIssue]
    path, file = chosen_file(settings.paths, asked.municipality)
    if not isinstance(file.records, FilesRecords):
        raise ValueError(
            f"the records of {file.municipality} do not come as files: its adapter file says"
            f" {file.records.source}, and a batch would replace them all"
        )
    offset = settings.common.clock_offset
    async with await open_database(path, file.database_url, offset, "madoguchi-import") as pool:
        return await Importer(pool, file.municipality).import_all(asked.files)
