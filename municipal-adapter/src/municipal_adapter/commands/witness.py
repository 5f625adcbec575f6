"""What officers (担当者) look at when their municipality countersigns the centre's stamps."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from madoguchi_wire.adapter_api import ShownHead
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.stamps import verified_head
from pydantic import ValidationError

from municipal_adapter.officers.desk import Desk
from municipal_adapter.settings import Settings
from municipal_adapter.witness.book import Conflict, Restored
from municipal_adapter.witness.chain import Seen

_ADVICE = (
    "A conflict means that stamps were left out, or that the history before was changed: ask the"
    " centre in writing, and keep this database."
)


async def tell(desk: Desk, _: argparse.Namespace) -> None:
    """Say the head, since when, and the conflicts."""
    sys.stdout.writelines(f"{line}\n" for line in await _told(desk))


async def restore(desk: Desk, asked: argparse.Namespace) -> None:
    """Go on from the head of a witness, after this municipality's database came from a backup.

    Raises:
        ValueError: the file holds no head, or none that is newer than what was seen here.
        SignatureRefused: no witness in force signed it, or it is about another centre.

    """
    said = verified_head(_head_in(asked.head), _trust(desk).key_set)
    if said.centre != desk.file.gateway:
        raise SignatureRefused("This is about the stamps of another centre.")
    await desk.witness_book.restore(said, asked.officer, asked.reason)
    sys.stdout.write(f"this witness goes on after stamp {said.number}\n")


def _head_in(path: Path) -> str:
    """Read what `/v1/stamps/head` answered, or the token alone."""
    text = path.read_text("ascii").strip()
    if not text.startswith("{"):
        return text
    try:
        return ShownHead.model_validate(json.loads(text)).head
    except (ValueError, ValidationError):
        raise ValueError(f"{path}: is no answer of /v1/stamps/head") from None


def _trust(desk: Desk) -> Trust:
    settings = Settings()  # pyright: ignore[reportCallIssue]
    environment = settings.common.environment
    return Trust(settings.trust_list, settings.trust_root, environment, desk.clock)


async def _told(desk: Desk) -> list[str]:
    code, book = desk.file.municipality, desk.witness_book
    head, oldest = await book.head(), await book.oldest()
    restored = await book.restorations()
    lines = [_signing(desk, code), *_seen(head, oldest), *map(_restored, restored)]
    conflicts = await book.conflicts()
    if not conflicts:
        return [*lines, "no conflict: every stamp continued the one before it"]
    return [
        *lines,
        *[_conflict(one) for one in conflicts],
        _ADVICE,
    ]


def _signing(desk: Desk, code: str) -> str:
    if desk.file.keys.countersigning is None:
        return f"{code} countersigns nothing: its adapter file names no keys.countersigning"
    return f"{code} countersigns the stamps of {desk.file.gateway}"


def _seen(head: Seen | None, oldest: Seen | None) -> list[str]:
    if head is None or oldest is None:
        return ["no stamp was seen yet"]
    return [
        f"head: stamp {head.number}, {head.total} events, {head.digest}",
        f"seen {_moment(head.seen_at)}, stamped {_moment(head.stamped_at)}",
        f"watching since stamp {oldest.number} ({_moment(oldest.seen_at)})",
    ]


def _restored(one: Restored) -> str:
    return (
        f"went on after stamp {one.number} by the word of {one.seen_by}, {_moment(one.at)},"
        f" {one.officer}: {one.reason}"
    )


def _conflict(one: Conflict) -> str:
    return (
        f"CONFLICT {_moment(one.first_at)}: {one.why} ({one.times} times, last"
        f" {_moment(one.last_at)}; {one.digest})"
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(JAPAN).isoformat(timespec="seconds")
