"""What the staff of a store do at a terminal between two cardholders."""

from dataclasses import dataclass

from madoguchi_wire.reports import (
    CashCollected,
    CashCounted,
    NotMine,
    PaperRefilled,
    TerminalReport,
)
from madoguchi_wire.signed import unverified_payload

from store_terminal_sim.core.effects import CollectCash, CountCash, Flow, RefillPaper
from store_terminal_sim.core.entries import CollectingCash
from store_terminal_sim.core.memory import COLLECTED
from store_terminal_sim.core.problems import NotPrintedHere
from store_terminal_sim.core.recovery import settle
from store_terminal_sim.core.reporting import send_unanswered, write_report
from store_terminal_sim.core.terminal import Terminal


def report_not_mine(terminal: Terminal, issuance: str) -> Flow[bool]:
    """Report that a cardholder says: this paper is not mine; tell whether the gateway has it.

    Raises:
        NotPrintedHere: this terminal printed no such paper.

    """
    yield from settle(terminal)
    if issuance not in terminal.memory.printed:
        raise NotPrintedHere("This terminal printed no paper of this issuance. Compare its id.")
    yield from write_report(terminal, issuance, NotMine())
    return (yield from send_unanswered(terminal))


def report_cash(terminal: Terminal) -> Flow[int]:
    """Count the coins in the machine and report them; return yen.

    What was open when power went is settled first: its fee is the cardholder's, not the drawer's.
    """
    yield from settle(terminal)
    yen: int = yield CountCash()
    yield from write_report(terminal, None, CashCounted(yen=yen))
    yield from send_unanswered(terminal)
    return yen


@dataclass(frozen=True)
class Collected:
    """Coins that were taken out of the machine."""

    yen: int
    was_before: bool
    """Taken out before: only its report is sent again, and what came in since stays inside."""


def collect_cash(terminal: Terminal) -> Flow[Collected]:
    """Take all coins out of the machine and report them.

    While the gateway may not have the report of a collection, there is no other one: the same
    report is sent again, after a power cut, too.
    """
    yield from settle(terminal)
    waiting = _waiting_collection(terminal)
    if waiting is not None:
        yield from send_unanswered(terminal)
        return Collected(waiting, was_before=True)
    collection = terminal.memory.collecting
    if collection is None:
        collection = terminal.memory.last_sequence + 1
        yield from terminal.keep(CollectingCash(collection=collection))
    yen: int = yield CollectCash(collection)
    yield from write_report(terminal, None, CashCollected(yen=yen))
    yield from send_unanswered(terminal)
    return Collected(yen, was_before=False)


def _waiting_collection(terminal: Terminal) -> int | None:
    """Return the yen of a collection whose report the gateway may not have."""
    for written in terminal.memory.unanswered.values():
        if written.event == COLLECTED:
            body = TerminalReport.parsed(unverified_payload(written.token)).body
            return body.yen if isinstance(body, CashCollected) else None
    return None


def refill_paper(terminal: Terminal, sheets: int) -> Flow[None]:
    """Put paper into the machine and report how many sheets."""
    yield from settle(terminal)
    yield RefillPaper(sheets)
    yield from write_report(terminal, None, PaperRefilled(sheets=sheets))
    yield from send_unanswered(terminal)
