"""The command about coins out of municipalities' own machines."""

import argparse

from madoguchi_wire.kit.commands import FINE, AddParser, add_named, day, say, say_json

from billing.commands.opened import opened, yen
from billing.settlement.arrivals import Arrival, record_arrival


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    came = add("coins-arrived", help="record what arrived of a machine's coins", act=arrived)
    came.add_argument("terminal", help="a machine of a municipality's own")
    came.add_argument("day", type=day, help="on which the coins were taken out")
    came.add_argument("--yen", required=True, type=yen, help="all that arrived of that day")
    came.add_argument("--instead-of", type=yen, help="what is recorded and was wrong")
    add_named(came)


async def arrived(asked: argparse.Namespace) -> int:
    """Record coins that arrived."""
    arrival = Arrival(asked.terminal, asked.day, asked.yen, asked.instead_of)
    async with opened(asked) as (connection, office):
        is_new = await record_arrival(connection, office, arrival)
    if asked.json:
        say_json({"is_new": is_new})
    else:
        say("recorded" if is_new else "recorded before, just so")
    return FINE
