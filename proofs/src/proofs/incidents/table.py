"""The results as a table, for people."""

from collections.abc import Sequence

from rich.table import Table

from proofs.incidents.result import Result

_HEADINGS = (
    "struck",
    "without our\ndefences:\nwrong papers",
    "with them:\nwrong\npapers",
    "right\npapers",
    "refused",
    "quaran-\ntined",
    "paid for,\nno paper",
)


def table_of(results: Sequence[Result]) -> Table:
    """Return the table."""
    table = Table(title="Known incidents, brought back", show_lines=True)
    table.add_column("")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right")
    for row in results:
        word = "[green]holds[/]" if row.holds else f"[red]{'; '.join(row.failures)}[/]"
        table.add_row(
            f"[bold]{row.case}[/] {row.where}\n[dim]{row.fault}[/]\n{word}",
            str(row.injected),
            str(row.wrong_without_defence),
            str(row.wrong_delivered),
            str(row.right_papers),
            str(row.refused),
            str(row.quarantined),
            str(row.charged_for_refused),
        )
    return table
