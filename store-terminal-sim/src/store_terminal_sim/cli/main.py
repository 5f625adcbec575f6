"""Commands and their arguments."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from madoguchi_wire.clock import Clock
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.settings import CommonSettings
from madoguchi_wire.order import Kind

Command = Callable[[argparse.Namespace, Clock], int]
_MOST_SHEETS = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    chosen = _parser().parse_args(arguments)
    clock = CommonSettings().clock()
    command = _serve_authorities if chosen.command == "authority" else _terminals()[chosen.command]
    return command(chosen, clock)


def _serve_authorities(chosen: argparse.Namespace, clock: Clock) -> int:
    # It needs nothing of a terminal, and a terminal nothing of it: both start sooner.
    from store_terminal_sim.cards.authority_server import serve_authorities

    configure_logs("card-authority")
    serve_authorities(chosen.folder, clock, chosen.host, chosen.port)
    return 0


def _terminals() -> dict[str, Command]:
    from store_terminal_sim.cli import staff
    from store_terminal_sim.cli.card import change_card
    from store_terminal_sim.cli.enrol import enrol_terminal
    from store_terminal_sim.cli.fleet import run_fleet
    from store_terminal_sim.cli.issue import issue

    return {
        "issue": issue,
        "enrol": enrol_terminal,
        "fleet": run_fleet,
        "card": change_card,
        "count-cash": staff.count_cash,
        "collect-cash": staff.collect_cash,
        "refill-paper": staff.refill_paper,
        "report": staff.report,
        "not-mine": staff.not_mine,
        "clear-tray": staff.clear_tray,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m store_terminal_sim", description="A simulated store terminal and its cards."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_issue(commands.add_parser("issue", help="issue one order and save its papers as PDF"))
    authority = commands.add_parser("authority", help="serve the revocation lists of a folder")
    authority.add_argument("--folder", type=Path, required=True)
    authority.add_argument("--host", default="127.0.0.1")
    authority.add_argument("--port", type=int, required=True)
    _add_fleet(commands.add_parser("fleet", help="keep many terminals busy for some seconds"))
    _add_staff(commands.add_parser("count-cash", help="count a machine's coins and report them"))
    _add_staff(commands.add_parser("collect-cash", help="take a machine's coins out, report them"))
    refill = commands.add_parser("refill-paper", help="put paper into a machine and report it")
    _add_staff(refill)
    refill.add_argument("--sheets", type=_sheets, metavar="1-10000", required=True)
    _add_staff(commands.add_parser("report", help="settle and report what a power cut left"))
    _add_staff(commands.add_parser("clear-tray", help="say that somebody cleared the tray"))
    not_mine = commands.add_parser("not-mine", help="report a paper that is not its cardholder's")
    _add_staff(not_mine)
    not_mine.add_argument("--issuance", required=True, help="the id that each page shows")
    enrol = commands.add_parser("enrol", help="make new keys and have them enrolled")
    _add_staff(enrol)
    enrol.add_argument("--code", help="the centre's one-time code; without it the keys are renewed")
    card = commands.add_parser("card", help="revoke a card, put it on hold, or lift the hold")
    card.add_argument("change", choices=["revoke", "hold", "release"])
    card.add_argument("--authorities", type=Path, required=True, help="folder of the authorities")
    card.add_argument("--card", type=Path, required=True, help="folder of the card")
    return parser


def _sheets(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_SHEETS:
        raise argparse.ArgumentTypeError(f"1 to {_MOST_SHEETS:,} sheets")
    return int(text)


def _add_staff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gateway", action="append", default=[], help="base URL of a replica")
    parser.add_argument("--terminal", type=Path, required=True, help="folder of the terminal")


def _add_issue(issue_parser: argparse.ArgumentParser) -> None:
    add = issue_parser.add_argument
    add("--gateway", action="append", default=[], help="base URL of a replica; may be repeated")
    add("--terminal", type=Path, required=True, help="folder of the terminal")
    add("--card", type=Path, required=True, help="folder of the card")
    add("--pin", help="what is typed; the card's own PIN when not given")
    add("--municipality", required=True, help="six digits, for example 122033")
    add("--kind", type=Kind, choices=list(Kind), required=True)
    add("--household", choices=["self", "all"], default="self", help="本人 or 世帯全員")
    add("--relationship", action="store_true", help="show 続柄 and 世帯主")
    add("--honseki", action="store_true", help="show 本籍 and 筆頭者")
    add("--copies", type=int, choices=range(1, 11), metavar="1-10", default=1)
    add("--not-mine", action="store_true", help="say of the paper that it is somebody else's")
    add("--out", type=Path, required=True, help="folder for the PDF files")


def _add_fleet(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--folder", type=Path, required=True, help="of the installation; `make up`: var/local")
    add("--seconds", type=float, required=True, help="how long cardholders come")
    add("--seed", type=int, default=0, help="the same seed offers the same load")
    add("--terminals", type=int, help="how many; all of the installation when not given")
    add("--copies", type=int, choices=range(1, 11), metavar="1-10", default=2, help="at most")
    add("--think", type=float, default=0.0, help="mean seconds between two at a terminal")
    add("--power-cuts", type=float, default=0.0, help="a minute, all over the fleet")
    add("--gateway", action="append", default=[], help="base URL of a replica; may be repeated")
