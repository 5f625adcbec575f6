"""The files of a nation, as `madoguchi onboard put` takes them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import Any

from gateway.municipalities.files import CHAINS, MUNICIPALITIES
from gateway.municipalities.rules.chain import EnrolledTerminal
from madoguchi_wire.kit.yaml_file import yaml_text

from madoguchi.nation.spread import shares, weights
from madoguchi.prefectures import PREFECTURES

_CHAIN_SHARES = (0.38, 0.29, 0.25, 0.05, 0.03)
"""Of terminals, by chain; the nation has three large ones."""
_BEGINS = "2010-02-02"


@dataclass(frozen=True)
class Nation:
    """What is generated."""

    codes: Sequence[str]
    terminals: int
    adapters: Sequence[str]
    """Base addresses; each serves all municipalities."""
    seed: int
    first_chain: int = 1
    """Number of its first chain; a nation that grows has others already."""

    @property
    def chains(self) -> dict[str, int]:
        """Terminals of each chain."""
        parts = shares(self.terminals, _CHAIN_SHARES)
        return {
            f"chain-{number}": part for number, part in enumerate(parts, self.first_chain) if part
        }

    def municipality(self, code: str) -> dict[str, Any]:
        """Return a municipality's file."""
        number, place = int(code[:2]), int(code[2:5])
        offer = {"opens": "06:30", "closes": "23:00", "maximum_copies": 5}
        price = 200 + 50 * (place % 3)
        return {
            "code": code,
            "name": {
                "ja": f"{PREFECTURES[number - 1]}第{place}市",
                "kana": f"だい{place}し",
                "en": f"City {code}",
            },
            "adapters": list(self.adapters),
            "offers": {
                "resident_record": offer | {"members": True, "relationship": True, "honseki": True},
                "seal_registration": offer,
            },
            "closed": ["12-29", "12-30", "12-31", "01-01", "01-02", "01-03"],
            "tariffs": [
                {
                    "version": "first",
                    "from": _BEGINS,
                    "prices": {"resident_record": price, "seal_registration": price},
                }
            ],
            "collectors": [{"chain": chain, "from": _BEGINS} for chain in self.chains],
            "places": [
                {"label": "市内", "municipalities": [code]},
                {"label": PREFECTURES[number - 1], "prefectures": [code[:2]]},
                {"label": "その他府県"},
            ],
        }

    def stores(self) -> Iterator[tuple[str, int]]:
        """Give for each terminal its municipality and its number there, in mixed order."""
        random = Random(self.seed)  # noqa: S311 (a nation is drawn, not kept secret)
        parts = shares(self.terminals, weights(len(self.codes), random))
        places = [
            (code, number)
            for code, part in zip(self.codes, parts, strict=True)
            for number in range(1, part + 1)
        ]
        random.shuffle(places)
        return iter(places)


def write(nation: Nation, folder: Path) -> Iterator[str]:
    """Write a nation; give a line for each step that is done.

    Raises:
        FileExistsError: some of it is there already; nothing is overwritten.

    """
    (folder / MUNICIPALITIES).mkdir(parents=True)
    for done, code in enumerate(nation.codes, 1):
        text = yaml_text(nation.municipality(code))
        (folder / MUNICIPALITIES / f"{code}.yaml").write_text(text, "utf-8")
        if done % 500 == 0 or done == len(nation.codes):
            yield f"{done:,} of {len(nation.codes):,} municipalities"
    yield from write_chains(nation, folder)


def write_chains(nation: Nation, folder: Path) -> Iterator[str]:
    """Write the chains alone; as `write`."""
    (folder / CHAINS).mkdir(parents=True)
    stores = nation.stores()
    ends = accumulate(nation.chains.values())
    for (chain, terminals), done in zip(nation.chains.items(), ends, strict=True):
        _write_chain(folder / CHAINS, chain, list(islice(stores, terminals)))
        yield f"{done:,} of {nation.terminals:,} terminals"


def _write_chain(folder: Path, chain: str, stores: Sequence[tuple[str, int]]) -> None:
    head = {
        "chain": chain,
        "name": f"架空ストア{chain.removeprefix('chain-')}",
        "commissions": [{"from": _BEGINS, "yen": 117}],
    }
    (folder / f"{chain}.yaml").write_text(yaml_text(head), "utf-8")
    with (folder / f"{chain}.sites.csv").open("x", encoding="utf-8", newline="") as file:
        sites = csv.writer(file)
        sites.writerow(["site", "name", "municipality", "type"])
        sites.writerows(
            (f"{chain}-{code}-{number}", f"{number}号店", code, "store") for code, number in stores
        )
    columns = list(EnrolledTerminal.model_fields)
    with (folder / f"{chain}.terminals.csv").open("x", encoding="utf-8", newline="") as file:
        terminals = csv.DictWriter(file, columns, extrasaction="ignore")
        terminals.writeheader()
        for code, number in stores:
            site = f"{chain}-{code}-{number}"
            terminals.writerow({"terminal": f"{site}-1", "site": site, "state": "enrolled"})
