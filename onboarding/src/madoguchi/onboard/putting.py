"""`madoguchi onboard put FOLDER`: new versions of municipalities, and chains in force."""

import argparse
from pathlib import Path

from gateway.municipalities.loader import put_folder
from gateway.municipalities.sensitive import sensitive_changes
from gateway.settings import DatabaseSettings
from madoguchi_wire.kit.commands import FINE, AddParser, say, say_json

_NEEDS = "that needs two persons, the municipality's consent, and time"


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    put = add("put", help="put files: drafts of municipalities, and chains in force", act=_put)
    put.add_argument("folder", type=Path, help="as for check; all of it is put, or nothing")
    put.add_argument("--json", action="store_true", help="for programs")


async def _put(asked: argparse.Namespace) -> int:
    put = await put_folder(asked.folder, DatabaseSettings.from_environment())
    if asked.json:
        versions = [
            {
                "municipality": one.municipality,
                "version": one.version,
                "digest": one.digest,
                "replaces_sensitively": replaced.digest if replaced else None,
            }
            for one in put.versions
            for replaced in (put.replaced.get(one.municipality),)
        ]
        say_json({"versions": versions, "chains": list(put.chains)})
        return FINE
    for one in put.versions:
        say(f"municipality {one.municipality} version {one.version} (draft)")
        replaced = put.replaced.get(one.municipality)
        if replaced is not None:
            say(f"  {' and '.join(sensitive_changes(replaced, one))} would change: {_NEEDS}")
            say(f"  version in force: {replaced.digest}\n  this draft:       {one.digest}")
    for chain in put.chains:
        say(f"chain {chain}")
    if put.versions:
        say("drafts change nothing: madoguchi onboard go-live CODE")
    elif not put.chains:
        say("nothing changed")
    return FINE
