"""`suspend`, `lost`, `resume`: in force on every replica within seconds."""

import argparse

from gateway.terminals import withholding
from madoguchi_wire.kit.commands import FINE, AddParser, say, say_json

from madoguchi.terminals.deciding import add_decision, deciding


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    add_decision(add("suspend", help="let a terminal do nothing until it is resumed", act=_suspend))
    add_decision(add("lost", help="withdraw all that a terminal has, for good", act=_lost))
    add_decision(add("resume", help="let a suspended terminal work again", act=_resume))


async def _suspend(asked: argparse.Namespace) -> int:
    async with deciding(asked) as (connection, decision):
        await withholding.withhold(connection, decision, "suspended")
    return _said(asked, "suspended")


async def _lost(asked: argparse.Namespace) -> int:
    async with deciding(asked) as (connection, decision):
        await withholding.withhold(connection, decision, "lost")
    return _said(asked, "lost")


async def _resume(asked: argparse.Namespace) -> int:
    async with deciding(asked) as (connection, decision):
        await withholding.resume(connection, decision)
    return _said(asked, "enrolled")


def _said(asked: argparse.Namespace, state: str) -> int:
    if asked.json:
        say_json({"terminal": asked.terminal, "state": state})
    else:
        say(
            f"{asked.terminal} is {state}: at the gateway now, at the municipalities' adapters as"
            " soon as a registrar has signed the list"
        )
    return FINE
