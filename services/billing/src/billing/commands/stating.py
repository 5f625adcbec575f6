"""Commands about statements."""

import argparse
from collections.abc import Iterator

from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, add_named, say, say_json

from billing.access.accesses import record_access
from billing.commands.opened import opened, period
from billing.statements.making import find_statement, list_statements, make_statements
from billing.statements.statement import Line, Statement
from billing.statements.tracing import trace_all


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    make = add("make-statements", help="make the statements of a closed period", act=made)
    every = add("statements", help="list the statements of a period", act=listed)
    for parser in (make, every):
        parser.add_argument("period", type=period, help="2010-04, 2010-late")
    one = add("statement", help="show a statement", act=shown)
    behind = add("trace", help="the issuances behind a statement's line", act=traced)
    for parser in (one, behind):
        parser.add_argument("number", help="2010-04-M-122033")
    behind.add_argument("line", type=int)
    for parser in (make, every, one, behind):
        add_named(parser)


async def made(asked: argparse.Namespace) -> int:
    """Make statements; those that were made before stay as they are."""
    async with opened(asked) as (connection, office):
        numbers = await make_statements(connection, office, asked.period)
    if asked.json:
        say_json({"numbers": numbers})
    else:
        say("\n".join(numbers) if numbers else "nothing to state that was not before")
    return FINE


async def listed(asked: argparse.Namespace) -> int:
    """List statements."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "statements", {"period": asked.period})
        found = await list_statements(connection, asked.period)
    for one in found:
        if asked.json:
            say_json(one.model_dump(mode="json"))
        else:
            say(_summary(one))
    return FINE if found else FOUND


def _summary(one: Statement) -> str:
    totals = one.totals
    return (
        f"{one.number:24} {totals.papers:>9,} papers  to receive {totals.to_receive:>13,}"
        f"  to pay {totals.to_pay:>13,}  {one.party.name}"
    )


async def shown(asked: argparse.Namespace) -> int:
    """Show a statement."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "statement", {"number": asked.number})
        found = await find_statement(connection, asked.number)
    if asked.json:
        say_json(found.model_dump(mode="json"))
        return FINE
    say(_summary(found))
    for line in found.lines:
        say(
            f"{line.line:>4}  {line.kind:20} {line.channel:13} {line.counterpart:16}"
            f" {line.unit_price:>6,} x {line.papers:>9,} = {line.yen:>13,}"
        )
    for line in found.commissions:
        say(
            f"{line.line:>4}  commission {line.rate} % {line.counterpart:36}"
            f" {line.papers:>9,}   {line.yen:>13,} of which tax {line.tax:,}"
        )
    for what, line in _others(found):
        say(f"{line.line:>4}  {what:27} {line.counterpart:23} {line.papers:>9,}   {line.yen:>13,}")
    return FINE


def _others(found: Statement) -> Iterator[tuple[str, Line]]:
    for line in found.refunds:
        yield f"given back by the {line.borne_by}", line
    for what, lines in (
        ("voided and unexplained", found.claims),
        ("a loss at its own machines", found.own_losses),
        ("claims paid", found.claims_paid),
        ("claims returned", found.claims_returned),
    ):
        for line in lines:
            yield what, line
    for line in found.late:
        yield f"late, of {line.month}", line


async def traced(asked: argparse.Namespace) -> int:
    """Show the ids of issuances; `audit issuance` tells the events of each."""
    about = {"number": asked.number, "line": asked.line}
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "trace", about)
        statement = await find_statement(connection, asked.number)
        issuances = [str(one) async for one in trace_all(connection, statement, asked.line)]
    if asked.json:
        say_json(issuances)
    else:
        say("\n".join(issuances))
    return FINE
