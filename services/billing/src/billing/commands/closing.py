"""The command that closes."""

import argparse

from madoguchi_wire.kit.commands import FINE, AddParser, add_named, say, say_json

from billing.closing.choosing import close
from billing.commands.opened import opened


def add_parsers(add: AddParser) -> None:
    """Add the command and what it closes."""
    parser = add("close", help="close a day, a month, or a year's late entries", act=closed)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    day = kinds.add_parser("day", help="a day of Japan that is over")
    day.add_argument("what", metavar="DAY", help="2010-04-30")
    month = kinds.add_parser("month", help="a month, with those of its days that are open")
    month.add_argument("what", metavar="MONTH", help="2010-04")
    late = kinds.add_parser("late", help="late entries of a fiscal year, after 31 May")
    late.add_argument("what", metavar="YEAR", help="2010")
    for one in (day, month, late):
        add_named(one)


async def closed(asked: argparse.Namespace) -> int:
    """Close it: all of it, or nothing."""
    parts = {"day": 3, "month": 2, "late": 1}[asked.kind]
    if len(asked.what.split("-")) != parts:
        raise ValueError("a day is written 2010-04-30, a month 2010-04, a fiscal year 2010")
    what = f"{asked.what}-late" if asked.kind == "late" else asked.what
    async with opened(asked) as (connection, office):
        done = await close(connection, office, what)
    if asked.json:
        say_json(done.told())
        return FINE
    say(
        f"{done.closed} is closed: {done.papers:,} papers, {done.yen:,} yen of fees,"
        f" {done.late_papers:,} of them late; {done.claims:,} delivered and voided,"
        f" {done.not_ended:,} not ended"
    )
    return FINE
