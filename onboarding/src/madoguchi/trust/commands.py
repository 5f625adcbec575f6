"""`make`, `sign`, `show`, `rotate`: what is done where the root is, and looked at anywhere."""

import argparse
from datetime import datetime, timedelta
from pathlib import Path

from madoguchi_wire.clock import Clock
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, say, say_json
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.kit.trust import load_root
from madoguchi_wire.trust_list import TrustList, signed_trust_list

from madoguchi.trust.draft import read_draft
from madoguchi.trust.lists import LASTS, make_root, new_list, put_in_place, read_list, renewed

_BEFORE = timedelta(minutes=5)
"""A list counts since a little ago: clocks differ."""


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    make = add("make", help="make a root: its key for the safe, and what all pin", act=_make)
    make.add_argument("--root", type=Path, required=True, help="the private key, to be written")
    make.add_argument("--public", type=Path, required=True, help="the public one, to be written")
    sign = add("sign", help="sign a draft as the next version of a list", act=_sign)
    sign.add_argument("draft", type=Path, help="YAML: environment, keys, builds")
    rotate = add("rotate", help="sign the same list again, for another time", act=_rotate)
    for parser in (sign, rotate):
        parser.add_argument("--root", type=Path, required=True, help="the root's private key")
        parser.add_argument("--list", type=Path, required=True, help="written in one step")
        parser.add_argument(
            "--days", type=_days, default=LASTS.days, help=f"how long it is good ({LASTS.days})"
        )
    show = add("show", help="say what a list names, and whether it holds now", act=_show)
    show.add_argument("list", type=Path)
    show.add_argument("--public", type=Path, required=True, help="the pinned root, PEM")
    show.add_argument("--json", action="store_true", help="for programs")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 366:
        raise argparse.ArgumentTypeError("1 to 366 days")
    return int(text)


def _clock() -> Clock:
    return CommonSettings().clock()


async def _make(asked: argparse.Namespace) -> int:
    root = make_root(asked.root, asked.public)
    say(f"root {root.kid}: keep {asked.root} in a safe, and give {asked.public} to everybody")
    return FINE


async def _sign(asked: argparse.Namespace) -> int:
    draft, root, now = read_draft(asked.draft), SigningKey.load(asked.root), _clock().now()
    version = read_list(asked.list, root).version + 1 if asked.list.exists() else 1
    until = now + timedelta(days=asked.days)
    keys = draft.trusted()
    trust = new_list(draft.environment, keys, draft.builds, now - _BEFORE, until, version)
    return _put(asked, trust, root)


async def _rotate(asked: argparse.Namespace) -> int:
    root, now = SigningKey.load(asked.root), _clock().now()
    until = now + timedelta(days=asked.days)
    return _put(asked, renewed(read_list(asked.list, root), now - _BEFORE, until), root)


def _put(asked: argparse.Namespace, trust: TrustList, root: SigningKey) -> int:
    put_in_place(asked.list, trust.signed_by(root))
    said = f"version {trust.version}: {len(trust.keys)} keys, {len(trust.builds)} builds"
    say(f"{said}, until {trust.expires_at:%Y-%m-%d}")
    return FINE


async def _show(asked: argparse.Namespace) -> int:
    token, now = asked.list.read_text("ascii").strip(), _clock().now()
    trust = signed_trust_list(token, load_root(asked.public))
    faults = _faults(trust, now)
    if asked.json:
        say_json({**trust.model_dump(mode="json"), "faults": faults})
        return FOUND if faults else FINE
    say(
        f"version {trust.version}, {trust.environment},"
        f" {trust.issued_at:%Y-%m-%d} to {trust.expires_at:%Y-%m-%d}"
    )
    for key in sorted(trust.keys, key=lambda one: (one.purpose, one.owner, one.not_after)):
        say(f"  {key.purpose}  {key.owner}  {key.kid}  until {key.not_after:%Y-%m-%d}")
    for build in trust.builds:
        say(f"  build  {build.municipality}  {build.build}  {build.vendor or ''}".rstrip())
    for fault in faults:
        say(fault)
    return FOUND if faults else FINE


def _faults(trust: TrustList, now: datetime) -> list[str]:
    """Say what does not hold now."""
    found: list[str] = []
    if not trust.issued_at <= now <= trust.expires_at:
        found.append("the list is not of this time: sign the next one")
    found += [
        f"{key.purpose} of {key.owner} ({key.kid}) is over: take it out, or name its successor"
        for key in trust.keys
        if key.not_after < now
    ]
    return found
