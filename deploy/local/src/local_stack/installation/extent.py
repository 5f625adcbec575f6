"""How large an installation is, the sample alone or with a fleet, and when it takes place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from madoguchi_wire.kit.yaml_file import yaml_text
from municipal_adapter.synthetic import HOUSEHOLDS, Case

CHAIN = "fleet"
_PLACES = ("122033", "122041", "131130", "132047", "131016", "141046", "271276")
"""Municipalities that the stores of the fleet lie in, in turn."""


@dataclass(frozen=True)
class Extent:
    """How much of everything there is beside the committed sample."""

    fleet: int = 0
    """Terminals of one more chain: `fleet-001`, `fleet-002` …, each at a store of its own."""
    cards: int = 12
    """Ordinary residents of each municipality who have a card."""
    sample_chains: bool = True
    """Whether the committed chains and their terminals are there, beside the fleet."""
    papers_a_day: int | None = None
    """For one person at most; None: the adapter's own limit."""
    begins: datetime | None = None
    """The moment at which a simulation begins that moves the clock while processes run; None: the
    next opening day, from where time goes on by itself."""
    lasts: timedelta = timedelta(days=90)
    """How long keys and trust list hold from then on."""

    @property
    def households(self) -> int:
        """Of each municipality: enough for that many adults, beside the edge cases."""
        return max(HOUSEHOLDS, len(Case) + self.cards)

    @property
    def terminals(self) -> tuple[str, ...]:
        """Names of the fleet's terminals."""
        return tuple(f"fleet-{number:03d}" for number in range(1, self.fleet + 1))


def let_fleet_collect(extent: Extent, municipality: dict[str, Any]) -> None:
    """Let a municipality's file designate the chains that are there."""
    collectors: list[dict[str, str]] = municipality["collectors"] if extent.sample_chains else []
    if extent.fleet > 0:
        collectors.append({"chain": CHAIN, "from": "2010-02-02"})
    municipality["collectors"] = collectors


def write_fleet(extent: Extent, folder: Path) -> None:
    """Write the fleet's chain file beside the others; nothing if there is no fleet."""
    if extent.fleet == 0:
        return
    folder.mkdir(parents=True, exist_ok=True)
    body: dict[str, Any] = {
        "chain": CHAIN,
        "name": "試験チェーン",
        "commissions": [{"from": "2010-02-02", "yen": 120}],
        "sites": [_site(number, name) for number, name in enumerate(extent.terminals)],
        "terminals": [
            {"terminal": name, "site": f"site-{name}", "state": "enrolled"}
            for name in extent.terminals
        ],
    }
    text = yaml_text(body)
    (folder / f"{CHAIN}.yaml").write_text(text, "utf-8")


def _site(number: int, terminal: str) -> dict[str, str]:
    place = _PLACES[number % len(_PLACES)]
    return {
        "site": f"site-{terminal}",
        "name": f"試験{number + 1}号店",
        "municipality": place,
        "type": "store",
    }
