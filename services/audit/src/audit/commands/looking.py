"""Commands that show what happened, and who looked."""

import argparse
import sys
from dataclasses import asdict
from typing import Any

from madoguchi_wire.kit.commands import (
    FINE,
    FOUND,
    AddParser,
    add_named,
    municipality,
    person,
    say,
    say_json,
)

from audit.access.accesses import ACCESSES, record_access
from audit.commands.asked import add_days, connected
from audit.history.select import Selection, all_selected, as_told
from audit.settings import DatabaseSettings

_LETTERS = """
    SELECT position, origin, partition, place, reason, what, value_sha256, archived_at, sent_at
    FROM dead_letters ORDER BY position
"""
_SHOWN = ("state", "problem", "report", "terminal", "kind", "alarm", "cause", "decided_by")


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    one = add("issuance", help="all that happened to one issuance", act=history)
    one.add_argument("subject", metavar="ISSUANCE", help="its id")
    one.set_defaults(terminal=None, municipality=None, first_day=None, last_day=None)
    there = add("terminal", help="what happened at a terminal", act=history)
    there.add_argument("terminal", help="its id, komorebi-ichikawa-1")
    there.set_defaults(subject=None, municipality=None)
    add_days(there)
    city = add("municipality", help="what happened in a municipality", act=history)
    city.add_argument("municipality", type=municipality, help="its code, six digits")
    city.set_defaults(subject=None, terminal=None)
    add_days(city)
    period = add("period", help="everything of a period", act=history)
    period.set_defaults(subject=None, terminal=None, municipality=None)
    add_days(period)
    looks = add("accesses", help="who looked at what, and why", act=accesses)
    looks.add_argument("--of", help="only of this person")
    letters = add("dead-letters", help="what could not be archived, and why", act=dead_letters)
    for parser in (one, there, city, period, looks, letters):
        add_named(parser)


async def history(asked: argparse.Namespace) -> int:
    """Show events in the order of their time, each on a line."""
    chosen = Selection(
        asked.subject, asked.terminal, asked.municipality, asked.first_day, asked.last_day
    )
    found = 0
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "history", chosen.about())
        async for row in all_selected(connection, chosen):
            found += 1
            event = as_told(row)
            if asked.json:
                say_json(event)
            else:
                say(_line(event))
    if not found:
        sys.stderr.write("audit: no event of that is archived\n")
    return FINE if found else FOUND


def _line(event: dict[str, Any]) -> str:
    if event.get("removed"):
        told = "the payload was removed by the rules of retention"
    else:
        data = event["data"]
        told = " ".join(f"{name}={data[name]}" for name in _SHOWN if data.get(name) is not None)
    kind = event["type"].removeprefix("madoguchi.")
    return f"{event['time']}  {event['subject']} {event['sequence']:>2}  {kind:26} {told}"


async def accesses(asked: argparse.Namespace) -> int:
    """Show the record of accesses; this look is its last line."""
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "accesses", {"of": asked.of})
        async for one in ACCESSES.all(connection, asked.of):
            if asked.json:
                say_json(asdict(one))
            else:
                say(one.line)
    return FINE


async def dead_letters(asked: argparse.Namespace) -> int:
    """Show what was set aside, without its content."""
    async with connected(DatabaseSettings.from_environment()) as connection:
        await record_access(connection, person(asked), "dead letters", {})
        rows = await connection.fetch(_LETTERS)
    for row in rows:
        place = f"{row['origin']} {row['partition']} {row['place']}"
        if asked.json:
            say_json(dict(row.items()))
        else:
            say(f"{row['position']:>6}  {place:36} {row['reason']}: {row['what']}")
    return FOUND if rows else FINE
