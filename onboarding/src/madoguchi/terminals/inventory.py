"""`list`: every terminal, its state, when it was last seen and what it runs."""

import argparse

from asyncpg import Record
from gateway.settings import DatabaseSettings
from madoguchi_wire.kit.commands import FINE, AddParser, say, say_json

from madoguchi.terminals.deciding import connected

_LIST = """
    SELECT terminals.terminal, site, chain,
           coalesce(withheld.state, CASE WHEN terminals.state = 'suspended' THEN terminals.state
               WHEN enrolled.not_after IS NULL THEN 'not enrolled' ELSE 'enrolled' END) AS state,
           enrolled.not_after AS enrolled_until, seen_at, software
    FROM terminals JOIN sites USING (site)
    LEFT JOIN terminal_withholdings AS withheld USING (terminal)
    LEFT JOIN terminal_sightings USING (terminal)
    LEFT JOIN (
        SELECT terminal, max(not_after) AS not_after FROM enrolments
        WHERE NOT is_lost AND not_after > madoguchi_now() GROUP BY terminal
    ) AS enrolled USING (terminal)
    WHERE ($1::text IS NULL OR chain = $1)
      AND ($2::int IS NULL
           OR enrolled.not_after < madoguchi_now() + $2 * interval '1 day'
           OR enrolled.not_after IS NULL)
    ORDER BY terminals.terminal
"""


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    listed = add("list", help="list terminals: state, last seen, software, end", act=_list)
    listed.add_argument("--chain", help="of this chain alone")
    listed.add_argument(
        "--ends-within", type=int, metavar="DAYS", help="whose enrolment ends, or is missing"
    )
    listed.add_argument("--json", action="store_true", help="for programs")


async def _list(asked: argparse.Namespace) -> int:
    async with connected(DatabaseSettings.from_environment()) as connection:
        rows = await connection.fetch(_LIST, asked.chain, asked.ends_within)
    if asked.json:
        say_json([dict(row.items()) for row in rows])
        return FINE
    for row in rows:
        say(_line(row))
    say(f"{len(rows)} terminals")
    return FINE


def _line(row: Record) -> str:
    until, seen = row["enrolled_until"], row["seen_at"]
    parts = [row["terminal"], row["state"]]
    if until is not None:
        parts.append(f"until {until:%Y-%m-%d}")
    if seen is None:
        parts.append("never seen")
    else:
        parts += [f"seen {seen:%Y-%m-%d %H:%M} UTC", row["software"]]
    return "  ".join(parts)
