"""The results as a table, for people."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from proofs.incidents.result import Result

_HEADINGS = ("struck", "without", "wrong", "right", "refused", "held", "kept")
EXPLAINED = (
    "struck: how often the fault really struck, with our defences on",
    "without: wrong papers that came out when the checks named in the report were taken out",
    "wrong, right: papers that came out with our defences",
    "refused: papers that did not; held: in quarantine, for a named person to look at",
    "kept: fees that were taken and not handed back, though no paper came out",
)


def table_of(results: Sequence[Result]) -> Table:
    """Return the table."""
    table = Table(title="Known incidents, brought back")
    table.add_column("", no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in results:
        colour = "green" if row.holds else "red"
        table.add_row(
            f"[{colour}]{row.case}[/]",
            str(row.injected),
            str(row.wrong_without_defence),
            str(row.wrong_delivered),
            str(row.right_papers),
            str(row.refused),
            str(row.quarantined),
            str(row.charged_for_refused),
        )
    return table


def words_of(results: Sequence[Result]) -> Iterator[str]:
    """Yield a line for each incident: where it was, what is broken, and why it does not hold."""
    for row in results:
        where = f"{row.where}: " if row.where else ""
        yield f"[bold]{row.case}[/] {where}{row.fault}"
        yield from (f"  [red]{failure}[/]" for failure in row.failures)
