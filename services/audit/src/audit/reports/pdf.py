"""A report as PDF, by Typst, with the fonts that certificates are printed with."""

import json
from pathlib import Path

import typst
from pylopdf_fonts_jp import sans_path

from audit.reports.facts import Facts
from audit.reports.heading import heading, notes
from audit.reports.picture import FONT, picture
from audit.reports.table import Table, tables, texts

_TEMPLATE = Path(__file__).parent / "report.typ"
_LONG_NAME = 12
_WIDE = {"quarantines": (3, 2, 2, 3, 3), "stops": (2, 2, 2, 3, 3), "outages": (3, 3, 1)}


def as_pdf(facts: Facts) -> bytes:
    """Return the report; the same facts give the same bytes."""
    told = {
        "font": FONT,
        "title": texts(heading(facts)),
        "notes": [texts(note) for note in notes(facts)],
        "picture": picture(facts),
        "tables": [_plain(table) for table in tables(facts)],
    }
    pdf = typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs={"report": json.dumps(told, ensure_ascii=False)},
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[sans_path().parent],
        ),
        timestamp=0,
    )
    return bytes(pdf)


def _plain(table: Table) -> dict[str, object]:
    return {
        "title": texts(table.title),
        "columns": [texts(column) for column in table.columns],
        "widths": _WIDE.get(table.name, (3, *(1,) * (len(table.columns) - 1))),
        "numbers": [table.is_number(n) for n in range(len(table.columns))],
        "rows": [
            [{"texts": list(map(_breakable, texts(cell)))} for cell in row] for row in table.rows
        ],
        "note": texts(table.note) if table.note else None,
    }


def _breakable(text: str) -> str:
    """Return an id or a terminal's name so that a narrow column may break it."""
    is_name = len(text) >= _LONG_NAME and text.isascii() and " " not in text
    return text.replace("-", "-\u200b") if is_name else text
