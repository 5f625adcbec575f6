"""`madoguchi onboard list` and `life`: where each municipality stands, and where it may go."""

import argparse
from datetime import datetime

from gateway.municipalities.life import State, mermaid
from gateway.municipalities.standing import Standing, standings
from gateway.settings import DatabaseSettings
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.kit.commands import FINE, AddParser, connected_to, say, say_json

_HEAD = f"{'code':6}  {'state':9}  {'version':>7}  {'since':16}  name"


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    listed = add("list", help="list municipalities: state, version, what waits", act=_list)
    listed.add_argument("--state", choices=[one.value for one in State], help="only these")
    listed.add_argument("--waiting", action="store_true", help="only those where something waits")
    listed.add_argument("--json", action="store_true", help="for programs")
    add("life", help="draw what may be decided when (Mermaid)", act=_life)


async def _life(_: argparse.Namespace) -> int:
    say(mermaid().rstrip())
    return FINE


async def _list(asked: argparse.Namespace) -> int:
    settings = DatabaseSettings.from_environment()
    offset = settings.common.clock_offset
    async with connected_to(settings.database_url, offset, "madoguchi-onboard") as connection:
        found = await standings(connection)
    chosen = [
        one
        for one in found
        if asked.state in (None, one.state) and (one.something_waits or not asked.waiting)
    ]
    if asked.json:
        say_json([_for_programs(one) for one in chosen])
        return FINE
    say(_HEAD)
    for one in chosen:
        say(_line(one))
    counted = {state: sum(one.state is state for one in found) for state in State}
    told = ", ".join(f"{number} {state}" for state, number in counted.items() if number)
    say(f"{len(found)} municipalities: {told}" if told else "no municipality yet")
    return FINE


def _line(one: Standing) -> str:
    version = "" if one.version is None else str(one.version)
    since = "" if one.since is None else _spelt(one.since)
    line = f"{one.municipality:6}  {one.state:9}  {version:>7}  {since:16}  {one.name}"
    if one.next_state is not None and one.next_from is not None:
        line += f"; {one.next_state}, version {one.next_version}, from {_spelt(one.next_from)} on"
    if one.draft is not None:
        line += f"; draft {one.draft}"
    return line


def _spelt(moment: datetime) -> str:
    return f"{moment.astimezone(JAPAN):%Y-%m-%d %H:%M}"


def _for_programs(one: Standing) -> dict[str, object]:
    waiting = one.next_from and {
        "decision": one.next_decision,
        "state": one.next_state,
        "version": one.next_version,
        "in_force_from": one.next_from.isoformat(),
    }
    return {
        "municipality": one.municipality,
        "name": one.name,
        "state": one.state.value,
        "version": one.version,
        "since": one.since and one.since.isoformat(),
        "decision": one.decision,
        "draft": one.draft,
        "waits": waiting,
    }
