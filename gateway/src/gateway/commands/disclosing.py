"""Which pseudonyms a card has: for a resident who asks what is held of them (開示請求).

They are printed and kept nowhere. The serial number comes by standard input, because a command's
words stay in a shell's history and show in the list of processes.
"""

import argparse
import sys

from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.events import EventType
from madoguchi_wire.kit.card_authorities import read_authorities
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import free_row, insert_events
from gateway.cardholders.keys import keys_left
from gateway.secret_files import read_secret
from gateway.settings import CardSettings, DatabaseSettings

HELP = "print a card's pseudonyms in audit events; its serial number comes by standard input"
_KNOWN = "SELECT EXISTS (SELECT FROM municipality_versions WHERE municipality = $1)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command is told beside who asks."""
    parser.add_argument("municipality", help="its code, six digits")
    parser.add_argument("authority", help="the card's, as the file of card authorities names it")


async def pseudonyms(
    connection: Connection, _: DatabaseSettings, asked: argparse.Namespace
) -> None:
    """Print a line for each month whose key is not yet destroyed.

    Raises:
        ValueError: it cannot be done; the text says why.

    """
    settings = CardSettings.from_environment()
    known = read_authorities(settings.card_authorities, settings.common.environment)
    # A wrong word would make pseudonyms, too, and the resident would hear that nothing is held.
    if asked.authority not in {accepted.authority.name for accepted in known}:
        raise ValueError("no card authority of this name is accepted here")
    if not await connection.fetchval(_KNOWN, asked.municipality):
        raise ValueError("no municipality of this code takes part")
    card = CardIdentity(asked.authority, _serial(sys.stdin.readline()))
    secret = read_secret(settings.pseudonym_secret)
    keys = await keys_left(connection, secret, asked.municipality)
    event = free_row(
        source=settings.name,
        type=EventType.CARDHOLDER_ASKED,
        moment=settings.common.clock().now(),
        municipality=asked.municipality,
        data={"municipality": asked.municipality, "asked_by": asked.by},
    )
    await insert_events(connection, [event])
    for key in keys:
        told = key.told_of(card)
        sys.stdout.write(f"{key.month:%Y-%m}  {told['key']}:{told['pseudonym']}\n")
    if not keys:
        sys.stdout.write("no key of this municipality is left\n")


def _serial(text: str) -> str:
    try:
        return f"{int(text.strip().replace(':', ''), 16):x}"
    except ValueError:
        raise ValueError("standard input must hold a serial number in hexadecimal") from None
