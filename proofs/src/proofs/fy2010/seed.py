"""What Ichikawa's own report says of fiscal year 2010: papers by place, and what they cost."""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.order import Kind

ICHIKAWA = "122033"
FIRST_DAY, LAST_DAY = date(2010, 4, 1), date(2011, 3, 31)
EVERYWHERE_SINCE = date(2010, 5, 1)
"""Before, stores of the three towns where it began had it; in May 2010 all of the country."""
COMMISSION = 120
"""Yen of each paper."""
FORECAST_COMMISSIONS = 800_000
"""発行手数料, yen a year."""
SHARE = 5_000_000
"""負担金."""
OPERATION = 3_700_000
"""運用委託料."""


@dataclass(frozen=True)
class Place:
    """A column of the table of places (交付場所別枚数), and the stores that lie there."""

    label: str
    resident: int
    seal: int
    terminals: tuple[str, ...]
    """Of `deploy/chains`; those of the first towns come first."""
    first: int = 0
    """How many of them stand in a town where it began."""

    def papers(self, kind: Kind) -> int:
        """Return the papers of a kind."""
        return self.resident if kind is Kind.RESIDENT_RECORD else self.seal

    def serving(self, day: date) -> tuple[str, ...]:
        """Return the terminals that serve on a day of the fiscal year."""
        return self.terminals if day >= EVERYWHERE_SINCE else self.terminals[: self.first]


PLACES = (
    Place(
        "市内",
        2_427,
        1_837,
        (
            "komorebi-ichikawa-yawata-1",
            "komorebi-ichikawa-yawata-2",
            "machikado-ichikawa-gyotoku-1",
        ),
        first=3,
    ),
    Place("千葉県", 539, 479, ("komorebi-funabashi-1", "machikado-kashiwa-1")),
    Place(
        "東京都23区内",
        343,
        400,
        ("komorebi-shibuya-1", "machikado-chiyoda-1", "machikado-setagaya-1"),
        first=1,
    ),
    Place("東京都23区外", 14, 6, ("komorebi-mitaka-1", "machikado-chofu-1"), first=1),
    Place("神奈川県", 22, 9, ("komorebi-yokohama-1",)),
    Place("埼玉県", 15, 17, ("machikado-omiya-1",)),
    Place("その他府県", 48, 42, ("komorebi-osaka-1",)),
)
