"""`madoguchi onboard generate FOLDER`: a nation that does not exist, for trials."""

import argparse
from pathlib import Path

from madoguchi_wire.kit.commands import FINE, AddParser, municipality, say, say_json

from madoguchi.nation.files import Nation, write
from madoguchi.nation.spread import MUNICIPALITIES, codes


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    all_of_them = sum(MUNICIPALITIES)
    generate = add(
        "generate", help="write files of a nation that does not exist, for trials", act=_generate
    )
    generate.add_argument("folder", type=Path, help="where to; nothing in it is overwritten")
    generate.add_argument(
        "--municipalities", type=int, default=all_of_them, metavar="N", help=f"({all_of_them:,})"
    )
    generate.add_argument(
        "--terminals", type=int, default=60_000, metavar="N", help="one a store (60,000)"
    )
    generate.add_argument(
        "--with",
        dest="first",
        type=municipality,
        action="append",
        default=[],
        metavar="CODE",
        help="a municipality that is among them; may be given several times",
    )
    generate.add_argument(
        "--adapter",
        dest="adapters",
        action="append",
        metavar="URL",
        help="of the adapter that serves all; several are tried in turn"
        " (http://127.0.0.1:8101, which `check` takes with --development only)",
    )
    generate.add_argument("--seed", type=int, default=1, help="the same one draws the same (1)")
    generate.add_argument("--json", action="store_true", help="for programs")


async def _generate(asked: argparse.Namespace) -> int:
    nation = Nation(
        codes(asked.municipalities, asked.first),
        asked.terminals,
        asked.adapters or ["http://127.0.0.1:8101"],
        asked.seed,
    )
    if nation.terminals < len(nation.codes):
        raise ValueError("each municipality has a store: ask for as many terminals at least")
    try:
        for line in write(nation, asked.folder):
            if not asked.json:
                say(line)
    except FileExistsError as fault:
        raise ValueError(f"{fault.filename}: is there already: name another folder") from None
    if asked.json:
        say_json({"municipalities": len(nation.codes), "terminals": nation.terminals})
    return FINE
