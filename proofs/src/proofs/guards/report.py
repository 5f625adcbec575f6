"""The results as a table for people, and as a file."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from proofs.guards.proving import Result


def table_of(results: Sequence[Result]) -> Table:
    """Return the table: guard → test."""
    table = Table(title="Every guard, and the test that notices when it is gone")
    table.add_column("guard", overflow="fold")
    table.add_column("test", overflow="fold")
    for result in results:
        if result.tests:
            table.add_row(f"[green]{result.guard.name}[/]", _plain(result.tests[0]))
        else:
            word = "NONE: it survived" if result.survived else "not proven"
            table.add_row(f"[red]{result.guard.name}[/]", f"[red]{word}[/]")
    return table


def write(path: Path, results: Sequence[Result]) -> None:
    """Write the report."""
    rows = [
        {
            "guard": result.guard.name,
            "design": result.guard.design,
            "where": result.where,
            "removed": result.guard.removed(),
            "test": result.tests[0] if result.tests else None,
            "seconds": round(result.seconds, 1),
        }
        for result in results
    ]
    said = {
        "guards": rows,
        # What is not proven is not counted as noticed, either.
        "survived": [result.guard.name for result in results if not result.tests],
        "not_proven": {
            result.guard.name: result.error for result in results if result.error is not None
        },
        "total": len(results),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _plain(test: str) -> str:
    """Return a node id so that the table takes its brackets for letters."""
    return test.replace("[", "\\[")
