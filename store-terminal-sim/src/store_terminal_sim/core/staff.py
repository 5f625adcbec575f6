"""What the staff of a store do at a terminal between two cardholders."""

from madoguchi_wire.reports import CashCollected, CashCounted, NotMine, PaperRefilled

from store_terminal_sim.core.effects import CollectCash, CountCash, Flow, RefillPaper
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


def collect_cash(terminal: Terminal) -> Flow[int]:
    """Take all coins out of the machine and report them; return yen.

    If power goes before the report is written, the next count is short by what is in the hand.
    """
    yield from settle(terminal)
    yen: int = yield CollectCash()
    yield from write_report(terminal, None, CashCollected(yen=yen))
    yield from send_unanswered(terminal)
    return yen


def refill_paper(terminal: Terminal, sheets: int) -> Flow[None]:
    """Put paper into the machine and report how many sheets."""
    yield from settle(terminal)
    yield RefillPaper(sheets)
    yield from write_report(terminal, None, PaperRefilled(sheets=sheets))
    yield from send_unanswered(terminal)
