"""`code`: a one-time code for a terminal, which the registrar's secret makes and nobody keeps."""

import argparse
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from gateway.secret_files import read_secret
from gateway.terminals.withholding import check_known, tell
from madoguchi_wire.enrolling import code_of
from madoguchi_wire.kit.commands import FINE, AddParser, say, say_json

from madoguchi.terminals.deciding import add_decision, deciding

TRIES = 5
_MINUTES, _LONGEST_MINUTES = 60, 24 * 60
_END_OTHERS = """
    UPDATE enrolment_codes SET expires_at = madoguchi_now()
    WHERE terminal = $1 AND used_by IS NULL AND expires_at > madoguchi_now()
"""
_ADD = """
    INSERT INTO enrolment_codes (code, terminal, expires_at, made_by, tries_left)
    VALUES ($1, $2, $3, $4, $5)
"""


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    code = add("code", help="make a one-time code for a terminal; shown once", act=_code)
    add_decision(code)
    code.add_argument("--secret", type=Path, required=True, help="the registrar's, for codes")
    code.add_argument(
        "--minutes", type=_minutes, default=_MINUTES, help=f"how long it is good ({_MINUTES})"
    )


def _minutes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _LONGEST_MINUTES:
        raise argparse.ArgumentTypeError(f"1 to {_LONGEST_MINUTES} minutes")
    return int(text)


async def _code(asked: argparse.Namespace) -> int:
    secret, number = read_secret(asked.secret), uuid4()
    async with deciding(asked) as (connection, decision), connection.transaction():
        await check_known(connection, asked.terminal)
        until = decision.moment + timedelta(minutes=asked.minutes)
        await connection.execute(_END_OTHERS, asked.terminal)
        await connection.execute(_ADD, number, asked.terminal, until, decision.by, TRIES)
        await tell(connection, decision, "code-made")
    code = code_of(secret, number, asked.terminal)
    if asked.json:
        say_json({"terminal": asked.terminal, "code": code, "until": until.isoformat()})
    else:
        say(f"{code}  for {asked.terminal} alone, once, until {until:%Y-%m-%d %H:%M} UTC")
    return FINE
