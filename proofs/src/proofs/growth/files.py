"""What the centre puts for a stage: the nation's files, and new collectors for those it has."""

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from gateway.municipalities.files import CHAINS, MUNICIPALITIES
from madoguchi.nation.files import Nation, write_chains
from madoguchi_wire.enrolment import Placed
from madoguchi_wire.kit.yaml_file import yaml_text

from proofs.growth.plan import Stage


def write_stage(stage: Stage, before: Stage, known: Path, folder: Path, adapter: str) -> None:
    """Write the files that bring one stage after another.

    Args:
        stage: what shall be.
        before: what is.
        known: files of all that is in force; what is written here is added.
        folder: where the stage's files go.
        adapter: address of the adapter of those who join.

    """
    chains = len(list((known / CHAINS).glob("*.yaml")))
    nation = Nation(stage.codes, stage.stores - before.stores, [adapter], stage.number, chains + 1)
    (folder / MUNICIPALITIES).mkdir(parents=True)
    for code in stage.codes:
        at_hand = known / MUNICIPALITIES / f"{code}.yaml"
        if at_hand.exists():
            body = _body(at_hand)
            body["collectors"] += nation.municipality(code)["collectors"]
        else:
            body = nation.municipality(code)
            body["collectors"] = [*_collectors(known), *body["collectors"]]
        (folder / MUNICIPALITIES / f"{code}.yaml").write_text(yaml_text(body), "utf-8")
    for _ in write_chains(nation, folder):
        pass


def write_renewed(stage: Stage, known: Path, folder: Path) -> None:
    """Write the files of all that is in force anew, with other names of the same tariffs."""
    (folder / MUNICIPALITIES).mkdir(parents=True)
    for code in stage.codes:
        body = _body(known / MUNICIPALITIES / f"{code}.yaml")
        for tariff in body["tariffs"]:
            tariff["version"] += " (anew)"
        (folder / MUNICIPALITIES / f"{code}.yaml").write_text(yaml_text(body), "utf-8")


def keep(folder: Path, known: Path) -> None:
    """Add a stage's files to those of what is in force."""
    shutil.copytree(folder, known, dirs_exist_ok=True)


def terminals_in(folder: Path) -> list[Placed]:
    """Return the terminals that a stage's chains name, in the order of the files."""
    return [
        Placed(terminal=row["terminal"], site=row["site"], chain=path.name.split(".")[0])
        for path in _sorted(folder / CHAINS)
        for row in _rows(path)
    ]


def _body(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)


def _sorted(chains: Path) -> Sequence[Path]:
    return sorted(chains.glob("*.terminals.csv"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _collectors(known: Path) -> list[dict[str, str]]:
    return [
        {"chain": path.stem, "from": "2010-02-02"}
        for path in sorted((known / CHAINS).glob("*.yaml"))
    ]
