"""A sheet as CSV: a line for each row of each part."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Literal

from madoguchi_wire.errors import NotInEncoding
from madoguchi_wire.kit.spreadsheet import spreadsheet_text

from billing.documents.sheet import Cell, Sheet, Table, cell_text

Encoding = Literal["utf-8", "shift_jis"]
"""UTF-8 with the mark that spreadsheets know it by, or Shift_JIS as older ones of Japan want it."""


def as_csv(sheet: Sheet, encoding: Encoding = "utf-8") -> bytes:
    """Return the sheet.

    Raises:
        NotInEncoding: it holds a character that Shift_JIS has not: take UTF-8.

    """
    out = StringIO()
    writer = csv.writer(out)
    for row in _rows(sheet):
        writer.writerow(row)
    if encoding == "utf-8":
        return out.getvalue().encode("utf-8-sig")
    try:
        # What Japan's spreadsheets call Shift_JIS is Microsoft's table of it.
        return out.getvalue().encode("cp932")
    except UnicodeEncodeError as error:
        character = out.getvalue()[error.start]
        raise NotInEncoding(f"{character!r} is not in Shift_JIS: ask for UTF-8.") from error


def _rows(sheet: Sheet) -> Iterator[list[str | int]]:
    yield ["document", "文書", _joined(sheet.title), spreadsheet_text(sheet.number)]
    yield ["to", "宛先", spreadsheet_text(sheet.recipient)]
    yield ["from", "発行者", *(spreadsheet_text(line) for line in sheet.issuer)]
    for name, text in sheet.facts:
        yield ["fact", "事項", _joined(name), spreadsheet_text(text)]
    for name, yen in sheet.amounts:
        yield ["amount", "金額", _joined(name), yen]
    for table in sheet.tables:
        yield from _table(table)
    for note in sheet.notes:
        yield ["note", "注記", _joined(note)]


def _table(table: Table) -> Iterator[list[str | int]]:
    yield [table.name, "列", *(_joined(column) for column in table.columns)]
    for row in table.rows:
        yield [table.name, "行", *map(_plain, row)]
    if table.total:
        yield [table.name, "計", *map(_plain, table.total)]


def _plain(cell: Cell) -> str | int:
    return cell if isinstance(cell, int) else _joined(cell)


def _joined(cell: Cell) -> str:
    return spreadsheet_text(" / ".join(cell_text(cell)))
