"""交付場所別枚数: how many papers were printed where, in the form of the seed's table."""

from collections import Counter
from collections.abc import Sequence

from checker.evidence.rows import MeteringRecord
from rich.table import Table

LABELS = {
    "122033": "市内",
    "131130": "区内",
    "132047": "市内",
}
"""How each municipality calls itself in the table."""
OUTSIDE = ("千葉県", "東京都23区内", "東京都23区外", "神奈川県", "埼玉県", "その他府県")
KINDS = {"resident_record": "住民票", "seal_registration": "印鑑"}


def places_table(records: Sequence[MeteringRecord], municipality: str, name: str) -> Table:
    """Return the table of one municipality: kinds by places, with 計 and 構成比."""
    columns = (LABELS[municipality], *OUTSIDE)
    table = Table(title=f"{name} 交付場所別枚数 (枚)", collapse_padding=True)
    for column in ("", *columns, "合計"):
        heading = column.replace("都", "都\n").replace("他", "他\n")
        table.add_column(heading, justify="right" if column else "left", no_wrap=True)
    own = [record for record in records if record.municipality == municipality]
    for kind, title in KINDS.items():
        counted = Counter(record.place for record in own if record.kind == kind)
        table.add_row(title, *_cells(counted, columns))
    total = Counter(record.place for record in own)
    table.add_section()
    table.add_row("計", *_cells(total, columns))
    shares = [_share(total[column], len(own)) for column in columns]
    table.add_row("構成比", *shares, "")
    return table


def _share(papers: int, of: int) -> str:
    """Return a share in percent with one decimal, halves up, as in the seed's table."""
    tenths = (2000 * papers + of) // (2 * of) if of else 0
    return f"{tenths // 10}.{tenths % 10}%"


def _cells(counted: Counter[str], columns: Sequence[str]) -> list[str]:
    return [*(str(counted[column]) for column in columns), str(counted.total())]
