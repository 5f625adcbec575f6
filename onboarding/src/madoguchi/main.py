"""Which command was asked for."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import asyncpg
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.commands import FAILED, Act, words_of

from madoguchi import conformance, onboard, terminals, trust
from madoguchi.groups import Group

GROUPS: Sequence[Group] = (onboard.GROUP, terminals.GROUP, trust.GROUP, conformance.GROUP)
_EPILOG = """
Exit codes: 0 done, nothing wrong; 1 something is wrong or missing, and named; 2 it could not be
done, and nothing was changed. Each command has a --help of its own.
"""


def run() -> None:
    """Run what was typed."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run the command; a fault is told on stderr, with exit code 2."""
    asked = _parser().parse_args(_with_command(arguments))
    try:
        return asyncio.run(_acted(asked.act, asked))
    except (MadoguchiError, ValueError, OSError, asyncpg.PostgresError) as error:
        # What it works on is the gateway's database.
        sys.stderr.write(f"madoguchi {asked.group} {asked.command}: {words_of(error, 'gateway')}\n")
        return FAILED


def _with_command(arguments: list[str]) -> list[str]:
    """Return what was typed, with the command that an address in its place means."""
    usual = {group.name: group.usual for group in GROUPS if group.usual}
    match arguments:
        case [group, address, *rest] if group in usual and "://" in address:
            return [group, usual[group], address, *rest]
        case _:
            return arguments


async def _acted(act: Act, asked: argparse.Namespace) -> int:
    return await act(asked)


def _parser() -> argparse.ArgumentParser:
    parser = _described(
        partial(argparse.ArgumentParser, prog="madoguchi"),
        "Municipalities, terminals and keys join, change and leave: the centre's command line.",
        _EPILOG,
    )
    groups = parser.add_subparsers(dest="group", required=True, metavar="GROUP")
    for group in GROUPS:
        commands = _described(
            partial(groups.add_parser, group.name, help=group.does), group.does, group.epilog
        ).add_subparsers(dest="command", required=True, metavar="COMMAND")
        for add_parsers in group.rooms:
            add_parsers(partial(_add, commands))
    return parser


def _described(make: Any, does: str, epilog: str) -> argparse.ArgumentParser:  # noqa: ANN401 (argparse's)
    parser: argparse.ArgumentParser = make(
        description=does, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    return parser


def _add(commands: Any, name: str, *, help: str, act: Act) -> argparse.ArgumentParser:  # noqa: A002, ANN401 (argparse's)
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(act=act)
    return parser
