"""The command that shows who looked at what."""

import argparse
from dataclasses import asdict

from madoguchi_wire.kit.commands import FINE, AddParser, add_named, say, say_json

from billing.access.accesses import ACCESSES, record_access
from billing.commands.opened import opened


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    looks = add("accesses", help="who looked at what, and why", act=accesses)
    looks.add_argument("--of", help="only of this person")
    add_named(looks)


async def accesses(asked: argparse.Namespace) -> int:
    """Show the record of looks; this one is its last line."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "accesses", {"of": asked.of})
        async for one in ACCESSES.all(connection, asked.of):
            if asked.json:
                say_json(asdict(one))
            else:
                say(one.line)
    return FINE
