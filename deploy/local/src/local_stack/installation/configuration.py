"""The committed sample configuration, with the addresses of this installation put in."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from madoguchi_wire.enrolment import Placed
from madoguchi_wire.kit.yaml_file import yaml_text
from store_terminal_sim.cards.profiles import USER_AUTHENTICATION_POLICY
from store_terminal_sim.terminal_folder import Delivered

from local_stack.installation.extent import Extent, let_fleet_collect, write_fleet
from local_stack.installation.facts import GATEWAY_NAME, MUNICIPALITIES, Facts
from local_stack.installation.keys import Keys
from local_stack.installation.layout import Layout

SAMPLES = Path(__file__).parents[4]
"""`deploy/`, with `municipalities/`, `adapters/`, `chains/` and `billing/`."""


def write_configuration(layout: Layout, facts: Facts, extent: Extent) -> None:
    """Write what gateway, adapters and billing read."""
    for code in MUNICIPALITIES:

        def to_adapter(body: dict[str, Any], code: str = code) -> None:
            body["adapters"] = [facts.adapters[code]]
            let_fleet_collect(extent, body)

        def to_database(body: dict[str, Any], code: str = code) -> None:
            body["database_url"] = facts.municipality_databases[code]
            # So that a card that somebody revokes by hand is refused a few seconds later.
            body["crl_refresh_seconds"] = 2
            if extent.papers_a_day is not None:
                body["velocity"] = {"papers_a_day": extent.papers_a_day}

        target = layout.configuration / "municipalities" / f"{code}.yaml"
        _adapt(SAMPLES / "municipalities" / f"{code}.yaml", target, to_adapter)
        _adapt(SAMPLES / "adapters" / f"{code}.yaml", layout.adapter_file(code), to_database)
    if extent.sample_chains:
        for sample in sorted((SAMPLES / "chains").glob("*.yaml")):
            _adapt(sample, layout.configuration / "chains" / sample.name, lambda _body: None)
    write_fleet(extent, layout.configuration / "chains")
    shutil.copytree(SAMPLES / "billing", layout.contracts)


def write_card_authorities(layout: Layout, facts: Facts) -> None:
    """Write the file of accepted card authorities: those that were made."""
    entries = [
        {
            "name": folder.name,
            "certificate": f"authorities/{folder.name}/certificate.pem",
            "policy": USER_AUTHENTICATION_POLICY.dotted_string,
            "crl": f"{facts.authority}/{folder.name}.crl",
        }
        for folder in sorted(layout.authorities.iterdir())
    ]
    _write(layout.card_authorities, {"authorities": entries})


def enrol_terminals(layout: Layout, facts: Facts, keys: Keys) -> None:
    """Make the folder of every terminal that a chain names, and enrol it."""
    for path in sorted((layout.configuration / "chains").glob("*.yaml")):
        chain = yaml.safe_load(path.read_text("utf-8"))
        for one in chain["terminals"]:
            test: bool = one.get("test", False)
            placed = Placed(
                terminal=one["terminal"], site=one["site"], chain=chain["chain"], test=test
            )
            root = keys.root.private.public_key()
            delivered = Delivered(placed, GATEWAY_NAME, facts.gateways, "development", root)
            keys.enrol(layout.terminal(placed.terminal), delivered)


def _adapt(sample: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> None:
    body: dict[str, Any] = yaml.safe_load(sample.read_text("utf-8"))
    change(body)
    _write(target, body)


def _write(path: Path, body: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml_text(body), "utf-8")
