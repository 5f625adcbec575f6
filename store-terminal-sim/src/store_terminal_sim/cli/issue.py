"""`issue`: one cardholder at one terminal, by hand, with the screen in both languages."""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryFile

import aiohttp
from madoguchi_wire.clock import Clock
from madoguchi_wire.errors import ClientAssertionRefused, MadoguchiError
from madoguchi_wire.gateway_api import Problem
from madoguchi_wire.kit.telemetry import configure_telemetry
from madoguchi_wire.order import Kind
from rich.console import Console

from store_terminal_sim.cards.virtual_card import CardLocked, PinWrong, VirtualCard
from store_terminal_sim.core.effects import Show
from store_terminal_sim.core.ordering import Application
from store_terminal_sim.core.problems import GatewayRefused, TerminalError, TrayNotCleared
from store_terminal_sim.core.serve import Served, serve
from store_terminal_sim.driver.async_driver import AsyncDriver
from store_terminal_sim.driver.cardholder import Cardholder
from store_terminal_sim.driver.counter import Counter
from store_terminal_sim.journal import JournalDamaged, JournalInUse
from store_terminal_sim.terminal_folder import start_terminal


def issue(chosen: argparse.Namespace, clock: Clock) -> int:
    """Serve one cardholder and save what was printed; return 0 if every paper came out."""
    console = Console()
    fault = _fault(chosen)
    if fault is not None:
        console.print(f"[red]{fault}")
        return 2
    configure_telemetry("store-terminal")
    try:
        served = asyncio.run(_serve(chosen, clock, console))
    except GatewayRefused as refused:
        show_problem(console, refused.problem)
        return 1
    except TrayNotCleared as error:
        console.print(f"[red]{error} Command: clear-tray --terminal {chosen.terminal}")
        return 1
    except (TerminalError, MadoguchiError, PinWrong, CardLocked) as error:
        console.print(f"[red]{error}")
        return 1
    except (JournalDamaged, JournalInUse, OSError, ValueError) as error:
        console.print(f"[red]The terminal cannot be used: {error}")
        return 2
    _show_end(console, served, chosen.out)
    return 0 if _all_well(served) else 1


def _fault(chosen: argparse.Namespace) -> str | None:
    """Say what is wrong with what was asked for, before a card is touched; None: nothing."""
    record_only = chosen.honseki or chosen.relationship or chosen.household == "all"
    if chosen.kind is Kind.SEAL_REGISTRATION and record_only:
        return "--household, --relationship and --honseki are for resident_record only"
    for option, folder in (("--card", chosen.card), ("--terminal", chosen.terminal)):
        if not folder.is_dir():
            return f"{option} {folder}: there is no such folder; `make up` prints where they are"
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=chosen.out):
            return None
    except OSError as error:
        return f"--out {chosen.out}: cannot be written to: {error.strerror}"


async def _serve(chosen: argparse.Namespace, clock: Clock, console: Console) -> Served:
    card = VirtualCard.load(chosen.card)
    started = start_terminal(chosen.terminal, clock, chosen.gateway)
    person = Cardholder(
        card,
        chosen.pin or card.pin,
        watch=lambda shown: _show(console, shown),
        recognise=lambda _document: not chosen.not_mine,
        staff_clear_tray=False,
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


def _all_well(served: Served) -> bool:
    mine = served.printed and all(paper.mine for paper in served.printed)
    return bool(mine) and not served.voided and not served.refused and not served.left


def _show(console: Console, shown: Show) -> None:
    console.print(f"[bold]{shown.words.ja}[/]  [dim]{shown.words.en}")


def show_problem(console: Console, problem: Problem) -> None:
    """Show a problem in both languages."""
    console.print(f"[red]{problem.title_ja} {problem.detail_ja}")
    console.print(f"[red]{problem.title}. {problem.detail}")
    if problem.notice is not None:
        console.print(f"{problem.notice.ja}  [dim]{problem.notice.en}")
    if problem.contact is not None:
        office, telephone = problem.contact.office, problem.contact.telephone
        console.print(f"{office.ja} {telephone}  [dim]{office.en}")
    if problem.type.endswith(f"/{ClientAssertionRefused.slug}"):
        console.print("[dim]Is MADOGUCHI_CLOCK_OFFSET_SECONDS the one that `make up` printed?")
    if problem.trace:
        console.print(f"[dim]trace {problem.trace}")


def _show_end(console: Console, served: Served, out: Path) -> None:
    for paper in served.printed:
        if not paper.mine:
            told = f"{paper.issuance}: not mine; reported, and the paper stays in the tray"
            console.print(f"[red]{told}", soft_wrap=True, highlight=False)
            continue
        path = out / f"{paper.issuance}.pdf"
        path.write_bytes(paper.document)
        pages = "page" if paper.pages == 1 else "pages"
        told = f"交付 {paper.issuance}: {paper.pages} {pages}, {paper.fee} yen, {path}"
        console.print(told, soft_wrap=True, highlight=False)
    for void in served.voided:
        console.print(f"[red]{void.issuance}: {void.reason}, money {void.money}")
    for issuance in served.left:
        console.print(f"[red]{issuance}: not begun, nothing charged")
    for refused in served.refused:
        if refused.problem is not None:
            show_problem(console, refused.problem)
