"""A report as CSV: a line for each row of each part, UTF-8 with a mark that spreadsheets know."""

import csv
from io import StringIO

from madoguchi_wire.kit.spreadsheet import spreadsheet_text

from audit.reports.facts import Facts
from audit.reports.heading import heading, notes
from audit.reports.table import Cell, tables
from audit.reports.words import Words


def as_csv(facts: Facts) -> str:
    """Return the report."""
    out = StringIO()
    writer = csv.writer(out)
    title = heading(facts)
    writer.writerow(["part", "区分", title.ja, title.en])
    for note in notes(facts):
        writer.writerow(["note", "注記", note.ja, note.en])
    for table in tables(facts):
        writer.writerow([table.name, "列", *(f"{c.ja} / {c.en}" for c in table.columns)])
        for row in table.rows:
            writer.writerow([table.name, "行", *(_plain(cell) for cell in row)])
    return "\ufeff" + out.getvalue()


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return cell
    text = f"{cell.ja} / {cell.en}" if isinstance(cell, Words) else cell
    return spreadsheet_text(text)
