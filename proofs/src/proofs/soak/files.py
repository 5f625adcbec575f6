"""What a stage changes in an installation: where adapters are found, and how many copies."""

import yaml
from local_stack.installation.databases import configure
from local_stack.installation.make import Installation
from madoguchi_wire.kit.yaml_file import yaml_text
from madoguchi_wire.order import MAXIMUM_COPIES

from proofs.faults.lines import Lines


def allow_copies(made: Installation) -> None:
    """Let adapters issue as many copies as a message may ask for, as the gateway offers below."""
    for code in made.facts.adapters:
        path = made.layout.adapter_file(code)
        body = yaml.safe_load(path.read_text("utf-8"))
        for kind in body["kinds"].values():
            kind["maximum_copies"] = MAXIMUM_COPIES
        path.write_text(yaml_text(body), "utf-8")


def reroute(made: Installation, lines: Lines) -> None:
    """Let the gateway find the adapters at the ends of their lines: a new configuration version."""
    layout, facts = made.layout, made.facts
    for code, address in facts.adapters.items():
        path = layout.configuration / "municipalities" / f"{code}.yaml"
        body = yaml.safe_load(path.read_text("utf-8"))
        body["adapters"] = [lines[f"gateway to adapter-{code}"].instead_of(address)]
        for offer in body["offers"].values():
            offer["maximum_copies"] = MAXIMUM_COPIES
        path.write_text(yaml_text(body), "utf-8")
    configure(layout, facts)
