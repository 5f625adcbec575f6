"""After a restart: nothing is printed, nobody pays twice, every paper gets its end."""

from madoguchi_wire.reports import VoidReason

from store_terminal_sim.core.effects import AcknowledgeTray, Flow
from store_terminal_sim.core.entries import TrayAcknowledged, TrayInDoubt
from store_terminal_sim.core.paper import void_paper
from store_terminal_sim.core.problems import TrayNotCleared
from store_terminal_sim.core.reporting import send_unanswered
from store_terminal_sim.core.terminal import Terminal


def recover(terminal: Terminal) -> Flow[None]:
    """End what was open when power went, and send what the gateway may not have.

    A paper is finished once its report *completed* is in the journal. Every other one is void and
    its money goes back, even if it may lie in the tray: then the tray waits for the staff.
    """
    for issuance, printing in list(terminal.memory.papers.items()):
        if printing:
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
