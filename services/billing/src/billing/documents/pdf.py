"""A sheet as PDF, by Typst, with the fonts that certificates are printed with."""

import json
from pathlib import Path

import typst
from pylopdf_fonts_jp import sans_path

from billing.documents.sheet import Cell, Sheet, Table, cell_text

_TEMPLATE = Path(__file__).parent / "sheet.typ"
_FONT = "Noto Sans JP"
_SHORT = 4
"""Characters."""


def as_pdf(sheet: Sheet) -> bytes:
    """Return the sheet; the same sheet gives the same bytes."""
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs={"sheet": json.dumps(_told(sheet), ensure_ascii=False)},
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[sans_path().parent],
        ),
        timestamp=0,
    )


def _told(sheet: Sheet) -> dict[str, object]:
    return {
        "font": _FONT,
        "title": cell_text(sheet.title),
        "number": sheet.number,
        "recipient": sheet.recipient,
        "issuer": sheet.issuer,
        "facts": [[cell_text(name), text] for name, text in sheet.facts],
        "amounts": [[cell_text(name), f"¥{yen:,}"] for name, yen in sheet.amounts],
        "tables": [_table(table) for table in sheet.tables],
        "notes": [cell_text(note) for note in sheet.notes],
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "title": cell_text(table.title),
        "columns": [cell_text(column) for column in table.columns],
        "widths": [_width(table, at) for at in range(len(table.columns))],
        "numbers": [table.is_number(at) for at in range(len(table.columns))],
        "rows": [_row(row) for row in table.rows],
        "total": _row(table.total) if table.total else None,
        "note": cell_text(table.note) if table.note else None,
    }


def _width(table: Table, column: int) -> float:
    """Return a column's share of the width: little where all of its texts are short."""
    if table.is_number(column):
        return 1.15
    longest = max((len(cell_text(row[column])[0]) for row in table.rows), default=_SHORT)
    return 0.7 if longest <= _SHORT else 1.7


def _row(row: tuple[Cell, ...]) -> list[tuple[str, ...]]:
    return [cell_text(cell) for cell in row]
