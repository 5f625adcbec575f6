"""`madoguchi onboard diff`: what would change, for whom and from when, in words."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from gateway.municipalities.chains_in_force import chains_in_force
from gateway.municipalities.files import read_alone, read_folder
from gateway.municipalities.rules.chain import ChainFile
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.standing import standings
from gateway.municipalities.versions import read_body, stored
from gateway.settings import DatabaseSettings
from madoguchi_wire.clock import SystemClock, japan_day
from madoguchi_wire.kit.commands import FINE, AddParser, connected_to, say, say_json
from madoguchi_wire.kit.pool import Connection

from madoguchi.onboard.checking import add_development
from madoguchi.onboard.differences.changes import changes
from madoguchi.onboard.differences.words import Difference, between_municipalities, sentence

_SHOWN = 50
"""Of one file; `--json` has all of them."""
Compared = tuple[str, Sequence[Difference]]
"""What is compared, and what would change."""


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    diff = add("diff", help="say what would change, for whom and from when", act=_diff)
    diff.add_argument(
        "old",
        type=Path,
        help="a file; or a folder of municipalities and chains, held against what is in force",
    )
    diff.add_argument("new", type=Path, nargs="?", help="the file that would take its place")
    add_development(diff)
    diff.add_argument("--json", action="store_true", help="for programs")


async def _diff(asked: argparse.Namespace) -> int:
    compared = await _compared(asked)
    if asked.json:
        say_json(
            [
                {"of": title, "path": one.path, "says": one.says}
                for title, found in compared
                for one in found
            ]
        )
        return FINE
    for title, found in compared:
        if found:
            say(title)
        for one in found[:_SHOWN]:
            say(f"  {one.says}")
        if len(found) > _SHOWN:
            say(f"  and {len(found) - _SHOWN} changes more: --json has all of them")
    if not any(found for _, found in compared):
        say("nothing would change")
    return FINE


async def _compared(asked: argparse.Namespace) -> list[Compared]:
    if asked.new is None:
        if not asked.old.is_dir():
            raise ValueError("name two files, or one folder")
        return await _with_database(*read_folder(asked.old, development=asked.development))
    old, new = (read_alone(path, development=asked.development) for path in (asked.old, asked.new))
    if isinstance(old, MunicipalityFile) and isinstance(new, MunicipalityFile):
        today = japan_day(SystemClock().now())
        return [(_title(new), between_municipalities(old, new, today))]
    if isinstance(old, ChainFile) and isinstance(new, ChainFile):
        return [(_chain_title(new), _between_chains(old, new))]
    raise ValueError("one is a municipality's file and the other a chain's: name two of a kind")


def _title(body: MunicipalityFile) -> str:
    return f"{body.name.ja} ({body.code})"


def _chain_title(body: ChainFile) -> str:
    return f"{body.name} ({body.chain})"


def _between_chains(old: ChainFile, new: ChainFile) -> list[Difference]:
    before, after = (one.model_dump(mode="json", by_alias=True) for one in (old, new))
    return [Difference(".".join(one.path), sentence(one)) for one in changes(before, after)]


async def _with_database(
    bodies: Sequence[MunicipalityFile], chains: Sequence[ChainFile]
) -> list[Compared]:
    settings = DatabaseSettings.from_environment()
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, "madoguchi-onboard") as connection:
        in_force = await _in_force(connection)
        known = await chains_in_force(connection, [chain.chain for chain in chains])
    today = japan_day(settings.common.clock().now())
    compared: list[Compared] = [
        (_title(body), between_municipalities(held, body, today))
        if (held := in_force.get(body.code))
        else (_title(body), [Difference("code", "joins: nothing of it was ever decided")])
        for body in bodies
    ]
    compared += [
        (_chain_title(chain), _between_chains(held, _by_name(chain)))
        if (held := known.get(chain.chain))
        else (_chain_title(chain), [Difference("chain", _joins(chain))])
        for chain in chains
    ]
    return compared


def _by_name(chain: ChainFile) -> ChainFile:
    """Return the chain as the database tells it, which keeps no order of sites and terminals."""
    sites = sorted(chain.sites, key=lambda one: one.site)
    terminals = sorted(chain.terminals, key=lambda one: one.terminal)
    return chain.model_copy(update={"sites": tuple(sites), "terminals": tuple(terminals)})


def _joins(chain: ChainFile) -> str:
    return f"joins: {len(chain.sites)} sites, {len(chain.terminals)} terminals"


async def _in_force(connection: Connection) -> dict[str, MunicipalityFile]:
    """Return what was decided of each municipality, and has begun."""
    held = [
        (one.municipality, one.version)
        for one in await standings(connection)
        if one.version is not None
    ]
    found = await stored(connection, held)
    return {code: read_body(version.body) for (code, _), version in found.items()}
