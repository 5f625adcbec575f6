"""`madoguchi onboard new CODE`: writes a file with blanks to fill in, in two languages."""

import argparse
from pathlib import Path
from string import Template

from gateway.municipalities.files import CHAINS, MUNICIPALITIES
from gateway.municipalities.rules.chain import ChainHead, EnrolledTerminal
from madoguchi_wire.kit.commands import FINE, AddParser, municipality, say, say_json

from madoguchi.prefectures import PREFECTURES

_TEMPLATES = Path(__file__).parent / "templates"


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    new = add("new", help="write a file for a municipality or chain, with blanks", act=_new)
    what = new.add_mutually_exclusive_group(required=True)
    what.add_argument("code", nargs="?", type=municipality, help="of a municipality: 122033")
    what.add_argument("--chain", help="name of a chain: Latin letters, digits and hyphens")
    new.add_argument("--folder", type=Path, default=Path(), help="where to (this folder)")
    new.add_argument("--json", action="store_true", help="for programs")


async def _new(asked: argparse.Namespace) -> int:
    folder: Path = asked.folder
    if asked.chain is not None:
        # Refuses a name that is none, before it becomes a file's.
        chain = ChainHead(chain=asked.chain, name=asked.chain).chain
        path = folder / CHAINS / f"{chain}.yaml"
        text = _filled(
            "chain", chain=chain, terminal_columns=",".join(EnrolledTerminal.model_fields)
        )
    else:
        number = asked.code[:2]
        path = folder / MUNICIPALITIES / f"{asked.code}.yaml"
        text = _filled(
            "municipality", code=asked.code, number=number, prefecture=PREFECTURES[int(number) - 1]
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ValueError(f"{path}: is there already: edit it, or move it away") from None
    if asked.json:
        say_json({"file": str(path)})
    else:
        say(f"{path} is written: fill in each <…>, then: madoguchi onboard check {path}")
    return FINE


def _filled(name: str, **values: str) -> str:
    return Template((_TEMPLATES / f"{name}.yaml").read_text("utf-8")).substitute(values)
