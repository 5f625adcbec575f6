"""A report as one HTML file that asks the network for nothing."""

from collections.abc import Sequence
from html import escape

from audit.reports.facts import Facts
from audit.reports.heading import heading, notes
from audit.reports.picture import picture
from audit.reports.table import Cell, Table, tables, texts
from audit.reports.words import Words

_STYLE = """
body{font:16px/1.6 "Hiragino Sans","Noto Sans CJK JP","Yu Gothic",system-ui,sans-serif;
 color:#1f2a37;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin:2rem 0 .4rem}
.en{color:#5a6675;font-size:.85em}span.en{display:block;line-height:1.3}
h2 span.en,th span.en{font-weight:normal}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #d5dbe2;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#f3f5f8}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}
td{overflow-wrap:anywhere}svg{max-width:100%;height:auto}
@media print{body{margin:0;font-size:12px}h2{break-after:avoid}tr{break-inside:avoid}}
"""


def as_html(facts: Facts) -> str:
    """Return the report."""
    title = heading(facts)
    parts = [
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title.ja)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title.ja)}</h1><p class='en'>{escape(title.en)}</p>",
        *(f"<p>{_both(note)}</p>" for note in notes(facts)),
        picture(facts),
        *(_table(table) for table in tables(facts)),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _table(table: Table) -> str:
    places = [' class="n"' if table.is_number(n) else "" for n in range(len(table.columns))]
    head = _cells("th", table.columns, places)
    rows = "".join(f"<tr>{_cells('td', row, places)}</tr>" for row in table.rows)
    if not table.rows:
        rows = f"<tr><td colspan='{len(table.columns)}'>{_both(Words('なし', 'none'))}</td></tr>"
    note = f"<p class='en'>{_both(table.note)}</p>" if table.note else ""
    return (
        f"<h2>{_both(table.title)}</h2><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{note}"
    )


def _cells(tag: str, cells: Sequence[Cell], places: Sequence[str]) -> str:
    pairs = zip(cells, places, strict=True)
    return "".join(f"<{tag}{place}>{_both(cell)}</{tag}>" for cell, place in pairs)


def _both(cell: Cell) -> str:
    first, *second = texts(cell)
    return escape(first) + "".join(f"<span class='en'>{escape(text)}</span>" for text in second)
