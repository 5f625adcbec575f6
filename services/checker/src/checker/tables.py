"""The verdict for people."""

from rich.console import Console
from rich.table import Table

from checker.reconciliation import Amount, Reconciliation
from checker.verdict import Verdict


def show(verdict: Verdict, console: Console) -> None:
    """Print reconciliation, faults and the verdict."""
    console.print(reconciliation_table(verdict.reconciliation))
    if verdict.faults:
        console.print(fault_table(verdict))
    word = "[green]holds" if verdict.holds else f"[red]does not hold: {len(verdict.faults)} faults"
    console.print(f"The history {word}[/].")


def reconciliation_table(found: Reconciliation) -> Table:
    """Return who counted what, by municipality, and the cash of all machines."""
    table = Table(title="突合 reconciliation (papers / yen)")
    for name in ("", "completed", "metered", "audited", "reported"):
        table.add_column(name, justify="right" if name else "left")
    for row in found.municipalities:
        amounts = (row.completed, row.metered, row.audited, row.reported)
        table.add_row(row.municipality, *(_text(amount) for amount in amounts))
    expected = sum(row.expected_yen for row in found.terminals)
    counted = sum(row.counted_yen or 0 for row in found.terminals)
    table.add_section()
    machines = f"cash of {len(found.terminals)} machines"
    table.add_row(machines, f"{expected:,}", "", "", f"{counted:,}")
    return table


def fault_table(verdict: Verdict) -> Table:
    """Return the faults."""
    table = Table("fault", "where", "what", title="Faults")
    for fault in verdict.faults:
        table.add_row(fault.name.value, fault.where, fault.what)
    return table


def _text(amount: Amount) -> str:
    return f"{amount.papers:,} / {amount.yen:,}"
