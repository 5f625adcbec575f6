"""The command that looks at all closed periods once more."""

import argparse

from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, add_named, say, say_json

from billing.access.accesses import record_access
from billing.checking.check import check
from billing.commands.opened import opened
from billing.settings import BooksSettings


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    add_named(add("check", help="hold all that is closed and kept against the books", act=checked))


async def checked(asked: argparse.Namespace) -> int:
    """Name each fault; exit code 1 if there is one."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "check", {})
        keys = BooksSettings.from_environment().key_set
        faults = await check(connection, office.contracts, keys)
    for one in faults:
        if asked.json:
            say_json(one.told())
        else:
            say(one.line)
    if not asked.json:
        say(f"{len(faults)} faults" if faults else "nothing is wrong with what is closed")
    return FOUND if faults else FINE
