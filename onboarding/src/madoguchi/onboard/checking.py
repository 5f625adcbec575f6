"""`madoguchi onboard check FOLDER`: reads files only, and names each fault."""

import argparse
from pathlib import Path

from gateway.municipalities.loader import read_folder
from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, say, say_json
from madoguchi_wire.kit.strict_files import ConfigurationFault


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    check = add("check", help="read files, change nothing, name each fault", act=_check)
    check.add_argument(
        "folder", type=Path, help="holds municipalities/*.yaml and chains/*.yaml; may be a checkout"
    )
    check.add_argument("--json", action="store_true", help="for programs")


async def _check(asked: argparse.Namespace) -> int:
    try:
        municipalities, chains = read_folder(asked.folder)
    except ConfigurationFault as fault:
        faults = str(fault).splitlines()
        if asked.json:
            say_json({"faults": faults})
        else:
            say("\n".join(faults))
        return FOUND
    if asked.json:
        say_json({"faults": []})
    else:
        say(f"{len(municipalities)} municipalities and {len(chains)} chains, without a fault")
    return FINE
