"""What the staff of a store do at a terminal between two cardholders."""

from madoguchi_wire.reports import CashCounted, NotMine

from store_terminal_sim.core.effects import CountCash, Flow
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
