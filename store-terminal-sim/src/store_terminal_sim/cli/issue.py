"""`issue`: one cardholder at one terminal, by hand, with the screen in both languages."""

import argparse
import asyncio
from pathlib import Path

import aiohttp
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.kit.telemetry import configure_telemetry
from rich.console import Console
from rich.table import Table

from store_terminal_sim.cards.virtual_card import CardLocked, PinWrong, VirtualCard
from store_terminal_sim.core.effects import Show
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import GatewayRefused, TerminalError
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.journal import JournalDamaged, JournalInUse
from store_terminal_sim.terminal_folder import start_terminal


def issue(chosen: argparse.Namespace, clock: Clock) -> int:
    """Serve one cardholder and save what was printed; return 0 if every paper came out."""
    console = Console()
    configure_telemetry("store-terminal")
    try:
        served = asyncio.run(_serve(chosen, clock, console))
    except GatewayRefused as refused:
        _show_problem(console, refused.problem)
        return 1
    except (TerminalError, MadoguchiError, PinWrong, CardLocked) as error:
        console.print(f"[red]{error}")
        return 1
    except (JournalDamaged, JournalInUse, OSError, ValueError) as error:
        console.print(f"[red]The terminal cannot be used: {error}")
        return 2
    _show_end(console, served, chosen.out)
    return 0 if served.printed and not served.voided and not served.refused else 1


async def _serve(chosen: argparse.Namespace, clock: Clock, console: Console) -> Served:
    card = VirtualCard.load(chosen.card)
    started = start_terminal(chosen.terminal, clock, chosen.gateway)
    person = Cardholder(
        card,
        chosen.pin or card.pin,
        watch=lambda shown: _show(console, shown),
    )
    application = Application(
        municipality=chosen.municipality,
        kind=chosen.kind,
        household=chosen.household == "all",
        relationship=chosen.relationship,
        honseki=chosen.honseki,
        copies=chosen.copies,
    )
    try:
        async with aiohttp.ClientSession() as http:
            driver = AsyncDriver(Counter(started.machine, started.journal, person), http)
            return await driver.run(serve(started.terminal, application))
    finally:
        started.journal.close()
        card.save(chosen.card)


def _show(console: Console, shown: Show) -> None:
    console.print(f"[bold]{shown.words.ja}[/]  [dim]{shown.words.en}")


def _show_problem(console: Console, problem: Problem) -> None:
    console.print(f"[red]{problem.title_ja} {problem.detail_ja}")
    console.print(f"[red]{problem.title}. {problem.detail}")
    if problem.trace:
        console.print(f"[dim]trace {problem.trace}")


def _show_end(console: Console, served: Served, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    table = Table("交付 issuance", "枚 pages", "円 yen", "文書 document")
    for paper in served.printed:
        path = out / f"{paper.issuance}.pdf"
        path.write_bytes(paper.document)
        table.add_row(paper.issuance, str(paper.pages), str(paper.fee), str(path))
    if served.printed:
        console.print(table)
    for void in served.voided:
        console.print(f"[red]{void.issuance}: {void.reason}, money {void.money}")
    for refused in served.refused:
        if refused.problem is not None:
            _show_problem(console, refused.problem)
