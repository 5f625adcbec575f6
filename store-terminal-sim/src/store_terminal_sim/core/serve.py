"""One cardholder, from the card in the slot to the last paper in the tray."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi_wire.gateway_api import OrderedIssuance

from store_terminal_sim.core.effects import Flow, show
from store_terminal_sim.core.ordering import Application, PlacedOrder, choose, place_order
from store_terminal_sim.core.paper import PaperOut, PaperRequest, PaperVoided, issue_paper
from store_terminal_sim.core.recovery import clear_tray, recover
from store_terminal_sim.core.session import OPENING_TIME, OpenedSession, open_session
from store_terminal_sim.core.terminal import HeldTrustList, Terminal
from store_terminal_sim.core.trust import current_trust_list


@dataclass(frozen=True)
class Served:
    """How a session ended."""

    session: UUID
    order: UUID
    printed: tuple[PaperOut, ...]
    voided: tuple[PaperVoided, ...]
    refused: tuple[OrderedIssuance, ...]
    """Papers that were refused or failed before a document was made, each with its problem."""
    left: tuple[str, ...] = ()
    """Issuances of copies that were not begun, because the tray waits for the staff: they expire,
    and nothing was charged for them."""


def serve(terminal: Terminal, application: Application) -> Flow[Served]:
    """Serve one cardholder with one order.

    Raises:
        TerminalError: the session ended before any paper; nothing was charged.
        SignatureRefused: the trust list does not hold; the terminal must not be used.

    """
    yield from recover(terminal)
    yield from clear_tray(terminal)
    deadline = terminal.clock.now() + OPENING_TIME
    trust = yield from current_trust_list(terminal, deadline)
    session = yield from open_session(terminal, application.municipality, application.suite)
    choice = yield from choose(terminal, session, application)
    yield from show("order", "証明書を作成しています。", "Your certificate is being made.")
    order = yield from place_order(terminal, session, choice)
    return (yield from issue_papers(terminal, session, order, trust))


def issue_papers(
    terminal: Terminal, session: OpenedSession, order: PlacedOrder, trust: HeldTrustList
) -> Flow[Served]:
    """Bring each paper of an order to its end, one after the other.

    After a jam, or a paper that is said to be somebody else's, no further one is begun.
    """
    ends: list[PaperOut | PaperVoided] = []
    refused: list[OrderedIssuance] = []
    left: list[str] = []
    for issued in order.answer.issuances:
        if issued.attestation is None:
            refused.append(issued)
            continue
        if terminal.memory.tray_in_doubt is not None:
            left.append(str(issued.issuance))
            continue
        request = PaperRequest(issued, order, session, trust)
        ends.append((yield from issue_paper(terminal, request)))
    return Served(
        session.session,
        order.answer.order,
        tuple(end for end in ends if isinstance(end, PaperOut)),
        tuple(end for end in ends if isinstance(end, PaperVoided)),
        tuple(refused),
        tuple(left),
    )
