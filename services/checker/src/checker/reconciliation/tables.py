"""A reconciliation for people."""

from collections import defaultdict

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from checker.reconciliation.model import Amount, Party, Reconciliation, Row

SHOWN = 40
"""Differences that are printed, and rows of single days; `report.json` has all."""


def show_reconciliation(found: Reconciliation, console: Console) -> None:
    """Print the table of days, what differs, what is not there yet and what is owed."""
    console.print(days_table(found))
    console.print(coins_line(found))
    if found.tests:
        console.print(f"{found.tests:,} test papers (見本) came out; no yen is expected of them.")
    if found.collections:
        console.print(collected_line(found))
    if found.excused:
        console.print(excused_table(found))
    if found.owed:
        console.print(owed_table(found))
    if found.differences:
        console.print(differences_table(found))
        if len(found.differences) > SHOWN:
            console.print(f"… and {len(found.differences) - SHOWN} more")


def days_table(found: Reconciliation) -> Table:
    """Return who tells what per day and municipality; of many days, per month."""
    table = Table(title="突合 reconciliation (papers, yen)", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    for party in Party:
        table.add_column(party.value.replace("_", " "), justify="right")
    for (when, municipality), rows in _grouped(found).items():
        amounts = ([getattr(row, party.value) for row in rows] for party in Party)
        table.add_row(f"{when}\n{municipality}", *(_sum(each) for each in amounts))
    return table


def coins_line(found: Reconciliation) -> str:
    """Return what must lie in all machines, and what was counted in them last."""
    expected = sum(one.expected_yen for one in found.machines)
    counted = sum(one.counted_yen or 0 for one in found.machines)
    machines = f"In {len(found.machines)} machines must lie {expected:,} yen"
    return f"{machines}; {counted:,} were counted last."


def collected_line(found: Reconciliation) -> str:
    """Return what left municipalities' own machines, and what of it arrived."""
    out = sum(one.reported_yen for one in found.collections)
    arrived = sum(one.arrived_yen or 0 for one in found.collections)
    waiting = sum(one.reported_yen for one in found.collections if one.arrived_yen is None)
    told = f"Of municipalities' own machines {out:,} yen were taken out; {arrived:,} arrived"
    return f"{told}, {waiting:,} are not recorded yet." if waiting else f"{told}."


def _grouped(found: Reconciliation) -> dict[tuple[str, str], list[Row]]:
    by_month = len(found.rows) > SHOWN
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in found.rows:
        groups[f"{row.day:%Y-%m}" if by_month else str(row.day), row.municipality].append(row)
    return dict(groups)


def _sum(amounts: list[Amount | None]) -> str:
    told = [one for one in amounts if one is not None]
    if not told:
        return "–"
    return f"{sum(one.papers for one in told):,}\n{sum(one.yen for one in told):,}"


def excused_table(found: Reconciliation) -> Table:
    """Return what is not there and need not be, with its sum over all days."""
    sums: dict[tuple[str, str, str], Amount] = {}
    for one in found.excused:
        key = one.municipality, one.party.value.replace("_", " "), one.why
        before = sums.get(key, Amount())
        sums[key] = before.plus(one.amount.yen, papers=one.amount.papers)
    table = Table("", "party", "why", "papers / yen", title="Not there, and no difference")
    for key, amount in sorted(sums.items()):
        table.add_row(*key, f"{amount.papers:,} / {amount.yen:,}")
    return table


def owed_table(found: Reconciliation) -> Table:
    """Return what was delivered and then voided, and nobody has explained."""
    columns = ("day", "", "by", "terminal", "issuance", "yen", "said", "coins", "its machine")
    table = Table(*columns, title="Delivered and voided: owed until explained")
    printed = {True: "[red]a paper came out", False: "no paper came out", None: "no log"}
    for one in found.owed:
        by = "its own loss" if one.own_machine else one.chain
        where = (str(one.day), one.municipality, by, one.terminal, one.issuance)
        said = (str(one.reason), str(one.money), printed[one.printed])
        table.add_row(*where, f"{one.yen:,}", *said)
    return table


def differences_table(found: Reconciliation) -> Table:
    """Return the first differences."""
    columns = ("day", "", "party", "about", "yen", "what")
    table = Table(*columns, title=f"Differences: {len(found.differences)}")
    for one in found.differences[:SHOWN]:
        about = one.issuance or one.terminal or one.chain or ""
        where = (str(one.day), one.municipality or "", one.party.value.replace("_", " "), about)
        table.add_row(*where, f"{one.yen:+,}", one.what)
    return table
