"""After a restart: nothing is printed, nobody pays twice, every paper gets its end."""

from madoguchi_wire.reports import Completed, VoidReason

from store_terminal_sim.core.effects import AcknowledgeTray, Flow
from store_terminal_sim.core.entries import TrayAcknowledged, TrayInDoubt
from store_terminal_sim.core.memory import Step
from store_terminal_sim.core.paper import void_paper
from store_terminal_sim.core.problems import TrayNotCleared
from store_terminal_sim.core.reporting import send_unanswered, write_report
from store_terminal_sim.core.terminal import Terminal


def recover(terminal: Terminal) -> Flow[None]:
    """End what was open when power went, and send what the gateway may not have.

    A paper that the journal knows to be printed is completed. Every other one is void and its
    money goes back, even if it may lie in the tray: then the tray waits for the staff.
    """
    for issuance, paper in list(terminal.memory.papers.items()):
        if paper.step is Step.PRINTED:
            yield from write_report(terminal, issuance, Completed(pages=paper.pages))
            continue
        if paper.step is Step.PRINTING:
            yield from terminal.keep(TrayInDoubt())
        yield from void_paper(terminal, issuance, VoidReason.RESTARTED)
    yield from send_unanswered(terminal)


def clear_tray(terminal: Terminal) -> Flow[None]:
    """Wait for the staff to look into the tray if a paper may have been left in it.

    Raises:
        TrayNotCleared: nobody has.

    """
    if not terminal.memory.tray_in_doubt:
        return
    cleared: bool = yield AcknowledgeTray()
    if not cleared:
        raise TrayNotCleared("A paper may lie in the tray. Destroy it, then acknowledge.")
    yield from terminal.keep(TrayAcknowledged())
