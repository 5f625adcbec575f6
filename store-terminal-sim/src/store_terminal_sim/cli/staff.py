"""What somebody of the store does at a terminal: coins, paper, the tray, reports by hand."""

import argparse
import asyncio
from collections.abc import Callable
from typing import TypeVar

import aiohttp
from madoguchi_wire.clock import Clock
from rich.console import Console

from store_terminal_sim.cli.issue import show_problem
from store_terminal_sim.core.effects import AcknowledgeTray, Effect, Flow
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.recovery import acknowledge_tray, recover
from store_terminal_sim.core.staff import collect_cash as collected_cash
from store_terminal_sim.core.staff import refill_paper as refilled_paper
from store_terminal_sim.core.staff import report_cash, report_not_mine
from store_terminal_sim.core.terminal import Terminal
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.driver.failures import Moment
from store_terminal_sim.journal import JournalDamaged, JournalInUse
from store_terminal_sim.terminal_folder import start_terminal

T = TypeVar("T")


def count_cash(chosen: argparse.Namespace, clock: Clock) -> int:
    """Count a machine's coins and report them, signed; return 0 if the gateway has the report."""
    return _done(chosen, clock, _counted)


def collect_cash(chosen: argparse.Namespace, clock: Clock) -> int:
    """Take a machine's coins out and report them; return 0 if the gateway has the report."""
    return _done(chosen, clock, _collected)


def refill_paper(chosen: argparse.Namespace, clock: Clock) -> int:
    """Put paper into a machine and report it; return 0 if the gateway has the report."""
    return _done(chosen, clock, lambda terminal: _refilled(terminal, chosen.sheets))


def report(chosen: argparse.Namespace, clock: Clock) -> int:
    """Settle what a power cut left and send what waits; return 0 if the gateway has everything."""
    return _done(chosen, clock, _all_told)


def not_mine(chosen: argparse.Namespace, clock: Clock) -> int:
    """Report that a paper is not its cardholder's; return 0 if the gateway has the report."""
    return _done(chosen, clock, lambda terminal: _not_mine(terminal, chosen.issuance))


def clear_tray(chosen: argparse.Namespace, clock: Clock) -> int:
    """Acknowledge that somebody looked into the tray; return 0 if the terminal may be used."""
    return _done(chosen, clock, _cleared)


def _counted(terminal: Terminal) -> Flow[tuple[bool, str]]:
    yen = yield from report_cash(terminal)
    told = not terminal.memory.unanswered
    return told, f"{yen} yen in the machine, reported" if told else f"{yen} yen. {_why(terminal)}"


def _collected(terminal: Terminal) -> Flow[tuple[bool, str]]:
    done = yield from collected_cash(terminal)
    told = not terminal.memory.unanswered
    words = f"{done.yen} yen taken out"
    if done.was_before:
        words += " before, what came in since is still in the machine"
    return told, f"{words}, reported" if told else f"{words}. {_why(terminal)}"


def _refilled(terminal: Terminal, sheets: int) -> Flow[tuple[bool, str]]:
    yield from refilled_paper(terminal, sheets)
    told = not terminal.memory.unanswered
    return told, f"{sheets} sheets put in, reported" if told else _why(terminal)


def _all_told(terminal: Terminal) -> Flow[tuple[bool, str]]:
    told = yield from recover(terminal)
    waiting = len(terminal.memory.unanswered)
    words = "Everything is reported." if told else f"{waiting} reports wait. {_why(terminal)}"
    tray = terminal.memory.tray_in_doubt is not None
    return told, f"{words} The tray waits: look into it, then `clear-tray`." if tray else words


def _not_mine(terminal: Terminal, issuance: str) -> Flow[tuple[bool, str]]:
    told = yield from report_not_mine(terminal, issuance)
    words = "Reported: a person is called. Lock the paper away for the municipality."
    return told, words if told else f"{words} {_why(terminal)}"


def _cleared(terminal: Terminal) -> Flow[tuple[bool, str]]:
    yield from acknowledge_tray(terminal)
    return True, "The tray is clear."


def _why(terminal: Terminal) -> str:
    """Return why a report waits, and what to do."""
    refused = terminal.shut_out
    if refused is None:
        return "The gateway is away: the report waits in the journal. Run `report` when it is back."
    return (
        f"The gateway answers: {refused.title}. {refused.detail} "
        "The report waits in the journal. Run `report` when that is mended."
    )


def _done(
    chosen: argparse.Namespace, clock: Clock, flow: Callable[[Terminal], Flow[tuple[bool, str]]]
) -> int:
    console = Console()
    try:
        done, words = asyncio.run(_run(chosen, clock, flow, console))
    except GatewayRefused as refused:
        show_problem(console, refused.problem)
        return 1
    except TerminalError as error:
        console.print(f"[red]{error}")
        return 1
    except (JournalDamaged, JournalInUse, OSError, ValueError) as error:
        console.print(f"[red]The terminal cannot be used: {error}")
        return 2
    console.print(words if done else f"[red]{words}")
    return 0 if done else 1


async def _run(
    chosen: argparse.Namespace,
    clock: Clock,
    flow: Callable[[Terminal], Flow[T]],
    console: Console,
) -> T:
    started = start_terminal(chosen.terminal, clock, chosen.gateway)

    def tell(effect: Effect, moment: Moment) -> None:
        if isinstance(effect, AcknowledgeTray) and moment == "before":
            console.print(f"The tray was in doubt: {effect.doubt}")

    try:
        async with aiohttp.ClientSession() as http:
            counter = Counter(started.machine, started.journal, staff=True)
            return await AsyncDriver(counter, http, tell).run(flow(started.terminal))
    finally:
        started.journal.close()
