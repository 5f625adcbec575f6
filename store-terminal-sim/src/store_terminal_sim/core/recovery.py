"""After a restart: nothing is printed, nobody pays twice, every paper gets its end."""

from madoguchi_wire.reports import CashCollected, VoidReason

from store_terminal_sim.core.effects import AcknowledgeTray, AskCollected, Flow
from store_terminal_sim.core.entries import TrayAcknowledged, TrayInDoubt
from store_terminal_sim.core.paper import void_paper
from store_terminal_sim.core.problems import TrayNotCleared
from store_terminal_sim.core.reporting import send_unanswered, write_report
from store_terminal_sim.core.terminal import Terminal

_TRAY_WORDS = {
    "restarted": "A paper may lie in the tray. Destroy it, then acknowledge.",
    "print_failed": "Pages may lie in the tray or the printer. Destroy them, then acknowledge.",
    "not_mine": (
        "A paper lies in the tray that its cardholder says is not theirs. Lock it away for the "
        "municipality, destroy nothing, then acknowledge."
    ),
}


def settle(terminal: Terminal) -> Flow[None]:
    """End what was open when power went, by the terminal alone: the gateway may be away.

    A paper is finished once its report *completed* is in the journal. Every other one is void and
    its money goes back, even if it may lie in the tray. Until a paper is known to be in its
    cardholder's hands, the tray waits for the staff. Coins that were taken out are reported before
    any others come in.
    """
    memory = terminal.memory
    yield from _report_collected(terminal)
    if memory.not_handed_over and memory.tray_in_doubt is None:
        yield from terminal.keep(TrayInDoubt(doubt="restarted"))
    for issuance in list(memory.papers):
        yield from void_paper(terminal, issuance, VoidReason.RESTARTED)


def _report_collected(terminal: Terminal) -> Flow[None]:
    if terminal.memory.collecting is None:
        return
    yen: int | None = yield AskCollected(terminal.memory.collecting)
    if yen is not None:
        yield from write_report(terminal, None, CashCollected(yen=yen))


def recover(terminal: Terminal) -> Flow[bool]:
    """Settle, then send what the gateway may not have, for one bounded step.

    Returns whether every report is answered. If not, the gateway is away or busy: call
    `send_unanswered` again from time to time.
    """
    yield from settle(terminal)
    return (yield from send_unanswered(terminal))


def clear_tray(terminal: Terminal) -> Flow[None]:
    """Wait for the staff to look into the tray if a paper may have been left in it.

    Raises:
        TrayNotCleared: nobody has.

    """
    doubt = terminal.memory.tray_in_doubt
    if doubt is None:
        return
    cleared: bool = yield AcknowledgeTray(doubt)
    if not cleared:
        raise TrayNotCleared(_TRAY_WORDS[doubt])
    yield from terminal.keep(TrayAcknowledged())


def acknowledge_tray(terminal: Terminal) -> Flow[None]:
    """Let the staff look into the tray between two cardholders.

    Raises:
        TrayNotCleared: they have not.

    """
    yield from settle(terminal)
    yield from clear_tray(terminal)
