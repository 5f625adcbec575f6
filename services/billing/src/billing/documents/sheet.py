"""What a statement and an invoice have in common on paper: from whom, to whom, tables, sums."""

from dataclasses import dataclass

from madoguchi_wire.gateway_api import Words

Cell = Words | str | int


def words(ja: str, en: str) -> Words:
    """Return one text in both languages."""
    return Words(ja=ja, en=en)


@dataclass(frozen=True)
class Table:
    """One part of a sheet."""

    name: str
    """For CSV."""
    title: Words
    columns: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    """The last row, set off; as long as the others."""
    note: Words | None = None

    def is_number(self, column: int) -> bool:
        """Tell whether a column holds numbers, which stand to the right under their head."""
        rows = (*self.rows, *((self.total,) if self.total else ()))
        return any(isinstance(row[column], int) for row in rows)


@dataclass(frozen=True)
class Sheet:
    """A document about money, from one party to another."""

    title: Words
    number: str
    recipient: str
    issuer: tuple[str, ...]
    """Lines: the name, then what belongs to it."""
    facts: tuple[tuple[Words, str], ...]
    """Period, day of issue and the like."""
    amounts: tuple[tuple[Words, int], ...]
    """What it comes to, in yen; the first one stands out."""
    tables: tuple[Table, ...]
    notes: tuple[Words, ...] = ()


def cell_text(cell: Cell) -> tuple[str, ...]:
    """Return a cell's text: Japanese, and English where there is some."""
    if isinstance(cell, int):
        return (f"{cell:,}",)
    if isinstance(cell, str):
        return (cell,)
    return (cell.ja, cell.en) if cell.en != cell.ja else (cell.ja,)
