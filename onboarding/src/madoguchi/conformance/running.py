"""`madoguchi conformance URL`: tries an adapter, and says what became of each requirement."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from madoguchi_wire.keys import load_public_key
from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, municipality, say, say_json

from madoguchi.conformance.address import checked_address
from madoguchi.conformance.centre.centre import Centre, Subject
from madoguchi.conformance.centre.writing import OWN, write_kit
from madoguchi.conformance.requirements import REQUIREMENTS, as_markdown
from madoguchi.conformance.trying import tried
from madoguchi.conformance.verdicts import Result


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    kit = add("kit", help="write what an adapter has to hold while it is tested", act=_kit)
    kit.add_argument("folder", type=Path, help="new, or one to renew (lists, key, build)")
    kit.add_argument("--municipality", type=municipality, required=True, help="the adapter's")
    kit.add_argument(
        "--key", type=_public_key, required=True, help="public key of its attestations, base64url"
    )
    kit.add_argument("--build", required=True, help="fingerprint of the build that it attests")
    run = add("run", help="try an adapter, requirement by requirement", act=_run)
    run.add_argument("address", help="https://host[:port][/path]; http on this machine only")
    run.add_argument("--kit", type=Path, required=True, help="the folder that `kit` wrote")
    run.add_argument("--only", type=_ids, default=(), help="AD-50,AD-51: nothing but these")
    run.add_argument("--json", action="store_true", help="for programs")
    requirements = add("requirements", help="list what an adapter must do", act=_requirements)
    requirements.add_argument("--json", action="store_true", help="for programs")


async def _kit(asked: argparse.Namespace) -> int:
    folder: Path = asked.folder
    write_kit(folder, _centre(folder / OWN, Subject(asked.municipality, asked.key, asked.build)))
    say(f"written; {folder / 'README.md'} says what to load into the adapter")
    return FINE


def _centre(own: Path, subject: Subject) -> Centre:
    if own.exists():
        return Centre.load(own).renewed(subject)
    return Centre.make(subject, datetime.now(UTC))


async def _run(asked: argparse.Namespace) -> int:
    centre = Centre.load(asked.kit / OWN)
    report = await tried(checked_address(asked.address), centre, asked.only, _progress)
    if asked.json:
        say_json(report.as_json())
    else:
        say(report.as_text())
    return FINE if report.holds else FOUND


async def _requirements(asked: argparse.Namespace) -> int:
    if asked.json:
        say_json([vars(one) for one in REQUIREMENTS.values()])
    else:
        say(as_markdown())
    return FINE


def _progress(result: Result) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{result.id} {result.verdict}\n")


def _ids(text: str) -> tuple[str, ...]:
    ids = tuple(text.split(","))
    if unknown := [one for one in ids if one not in REQUIREMENTS]:
        raise argparse.ArgumentTypeError(f"no such requirement: {', '.join(unknown)}")
    return ids


def _public_key(text: str) -> str:
    try:
        load_public_key(text)
    except Exception as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
