"""The verdict for people."""

from rich.console import Console
from rich.table import Table

from checker.reconciliation.tables import show_reconciliation
from checker.verdict import Verdict


def show(verdict: Verdict, console: Console) -> None:
    """Print reconciliation, faults and the verdict."""
    show_reconciliation(verdict.reconciliation, console)
    if verdict.faults:
        console.print(fault_table(verdict))
    word = "[green]holds" if verdict.holds else f"[red]does not hold: {len(verdict.faults)} faults"
    console.print(f"The history {word}[/].")


def fault_table(verdict: Verdict) -> Table:
    """Return the faults."""
    table = Table("fault", "where", "what", title="Faults")
    for fault in verdict.faults:
        table.add_row(fault.name.value, fault.where, fault.what)
    return table
