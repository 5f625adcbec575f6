"""What the demo shows at its end."""

from collections.abc import Sequence

from checker.evidence.rows import Books
from checker.verdict import LedgerSummary
from rich.table import Table

from local_stack.demo.issued import Refused
from local_stack.demo.places import KINDS


def issued_table(books: Books) -> Table:
    """Return every completed issuance."""
    table = Table("交付", "市区町村", "種別", "端末", "場所", "円", "枚")
    issued = [one for one in books.issuances if one.state == "completed"]
    table.title = f"Issued: {len(issued)} certificates"
    for one in sorted(issued, key=lambda one: (one.municipality, one.kind, one.terminal)):
        row = (one.issuance_id[:8], one.municipality, KINDS[one.kind], one.terminal, one.place)
        table.add_row(*row, str(one.fee), str(one.pages))
    return table


def refused_table(refused: Sequence[Refused]) -> Table:
    """Return what was refused; nothing of it is in the ledger."""
    table = Table("terminal", "why", "problem", title="Refused, nothing charged")
    for one in refused:
        style = None if one.as_planned else "red"
        terminal, why = one.refusal.visit.terminal, one.refusal.why
        table.add_row(terminal, why, one.problem, style=style)
    return table


def ledger_table(ledger: LedgerSummary) -> Table:
    """Return the accounts and their sums."""
    table = Table(title=f"Ledger: {ledger.lines} lines")
    table.add_column("account")
    table.add_column("debit (yen)", justify="right")
    table.add_column("credit (yen)", justify="right")
    for account, yen in ledger.accounts.items():
        table.add_row(account, _yen(yen), _yen(-yen))
    debited = sum(yen for yen in ledger.accounts.values() if yen > 0)
    credited = -sum(yen for yen in ledger.accounts.values() if yen < 0)
    table.add_section()
    table.add_row("sum", _yen(debited), _yen(credited))
    return table


def _yen(yen: int) -> str:
    return f"{yen:,}" if yen > 0 else ""
