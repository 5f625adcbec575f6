"""`madoguchi onboard check [FILE|FOLDER]`: reads files only, and names each fault."""

import argparse
import os
from pathlib import Path

from gateway.municipalities.files import read_alone, read_folder
from gateway.municipalities.rules.configuration import MunicipalityFile
from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, say, say_json
from madoguchi_wire.kit.strict_files import ConfigurationFault


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    check = add("check", help="read files, change nothing, name each fault", act=_check)
    check.add_argument(
        "path",
        type=Path,
        nargs="?",
        default=Path(),
        help="a file, or a folder with municipalities/*.yaml and chains/*.yaml (this folder)",
    )
    add_development(check)
    check.add_argument("--json", action="store_true", help="for programs")


def add_development(parser: argparse.ArgumentParser) -> None:
    """Add the switch that allows what demo and tests use."""
    parser.add_argument(
        "--development",
        action="store_true",
        default=os.environ.get("MADOGUCHI_ENVIRONMENT") == "development",
        help="allow http, adapters on this machine, and keys of the demo"
        " (or MADOGUCHI_ENVIRONMENT=development)",
    )


async def _check(asked: argparse.Namespace) -> int:
    try:
        found = _read(asked.path, development=asked.development)
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
        say(f"{found}, without a fault")
    return FINE


def _read(path: Path, *, development: bool) -> str:
    if path.is_dir():
        municipalities, chains = read_folder(path, development=development)
        return f"{len(municipalities)} municipalities and {len(chains)} chains"
    if not path.exists():
        raise ValueError(f"{path}: is not there: name a file, or a folder")
    body = read_alone(path, development=development)
    if isinstance(body, MunicipalityFile):
        return f"municipality {body.code} {body.name.ja}"
    return f"chain {body.chain}: {len(body.sites)} sites and {len(body.terminals)} terminals"
