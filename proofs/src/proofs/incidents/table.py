"""The results as a table, for people."""

from collections.abc import Sequence

from rich.table import Table

from proofs.incidents.result import Result

_HEADINGS = (
    ("case", "left"),
    ("where", "left"),
    ("what is broken", "left"),
    ("asked", "right"),
    ("struck", "right"),
    ("wrong papers\nwithout defences", "right"),
    ("wrong papers", "right"),
    ("refused", "right"),
    ("quarantined", "right"),
    ("charged,\nno paper", "right"),
    ("right papers", "right"),
    ("", "left"),
)


def table_of(results: Sequence[Result]) -> Table:
    """Return the table."""
    table = Table(title="Known incidents, brought back")
    for heading, side in _HEADINGS:
        table.add_column(heading, justify="right" if side == "right" else "left")
    for row in results:
        table.add_row(
            row.case,
            row.where,
            row.fault,
            str(row.asked),
            str(row.injected),
            str(row.wrong_without_defence),
            str(row.wrong_delivered),
            str(row.refused),
            str(row.quarantined),
            str(row.charged_for_refused),
            str(row.right_papers),
            "[green]holds" if row.holds else "[red]" + "; ".join(row.failures),
        )
    return table
