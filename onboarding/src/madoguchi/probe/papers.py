"""Test papers as they come out of the test terminal, one after the other."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Kind, Order
from store_terminal_sim.core.document import fetch_document
from store_terminal_sim.core.ordering import (
    Application,
    PlacedOrder,
    SignedOrder,
    choose,
    send_order,
    signed_order,
)
from store_terminal_sim.core.paper import PaperOut
from store_terminal_sim.core.serve import issue_papers
from store_terminal_sim.core.session import OpenedSession, open_session

from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.desk import Desk

_SESSION, _PREPARED = "an open session", "a paper that is prepared"


@dataclass(frozen=True)
class Made:
    """A paper that came out."""

    paper: PaperOut
    prepared_ms: int
    """From the order to its answer."""


async def come_out(desk: Desk, wish: Application) -> Made:
    """Bring one paper from the card to the tray, as at any terminal.

    The terminal itself holds attestation, digest, issuance id and page numbers against what it
    asked for, before it prints.

    Raises:
        Failed: it did not come out.

    """
    session, signed = await _ordered(desk, wish)
    began = time.monotonic()
    order = await desk.asked(send_order(desk.terminal, session, signed), _PREPARED)
    took = time.monotonic() - began
    return Made(await _printed(desk, session, order), round(took * 1000))


async def same_again(desk: Desk, wish: Application) -> str:
    """Send one order twice, and fetch its document twice; raises Failed if anything differs."""
    session, signed = await _ordered(desk, wish)
    order, again = [
        await desk.asked(send_order(desk.terminal, session, signed), _PREPARED) for _ in "ab"
    ]
    if again.answer != order.answer:
        raise Failed("the same issuance and attestation", "others")
    issuance = str(order.answer.issuances[0].issuance)
    first, second = [
        await desk.asked(fetch_document(desk.terminal, issuance), "a document") for _ in "ab"
    ]
    if first != second:
        raise Failed("the same bytes", "others")
    await _printed(desk, session, order)
    return "the same bytes"


async def refuses_one_copy_more(desk: Desk, wish: Application) -> str:
    """Order one copy more than the menu offers; raises Failed if it is accepted."""
    session = await _opened(desk, wish)
    most = next(one.maximum_copies for one in session.menu.offers if one.kind is wish.kind)
    choice = await desk.asked(
        choose(desk.terminal, session, replace(wish, copies=most)), "an offer"
    )
    signed = signed_order(session, choice, desk.terminal.clock.now())
    order = Order.verified(signed.token, session.signing_key.private.public_key())
    # A copy of a model is not validated: a file may offer as many as any order can ask for.
    more = order.model_copy(update={"copies": most + 1}).signed_by(session.signing_key)
    return await _refused(desk, session, replace(signed, token=more))


async def refuses_another_key(desk: Desk, wish: Application) -> str:
    """Sign an order by a key that is not the session's; raises Failed if it is accepted."""
    session = await _opened(desk, wish)
    choice = await desk.asked(choose(desk.terminal, session, wish), "an offer")
    forged = replace(session, signing_key=SigningKey.generate())
    return await _refused(desk, session, signed_order(forged, choice, desk.terminal.clock.now()))


async def _refused(desk: Desk, session: OpenedSession, signed: SignedOrder) -> str:
    try:
        await desk.asked(send_order(desk.terminal, session, signed), "a refusal")
    except Failed as refused:
        status = refused.seen.partition(" ")[0]
        if status.isdigit() and 400 <= int(status) < 500:
            return refused.seen
        raise
    raise Failed("a refusal", "a paper was made ready")


async def _ordered(desk: Desk, wish: Application) -> tuple[OpenedSession, SignedOrder]:
    session = await _opened(desk, wish)
    choice = await desk.asked(choose(desk.terminal, session, wish), "an offer")
    return session, signed_order(session, choice, desk.terminal.clock.now())


async def _opened(desk: Desk, wish: Application) -> OpenedSession:
    return await desk.asked(open_session(desk.terminal, wish.municipality, wish.suite), _SESSION)


async def _printed(desk: Desk, session: OpenedSession, order: PlacedOrder) -> PaperOut:
    trust = await desk.trust()
    served = await desk.asked(issue_papers(desk.terminal, session, order, trust), "a paper")
    for refused in served.refused:
        problem = refused.problem
        raise Failed("a paper", problem.title if problem else "none, and no reason")
    for voided in served.voided:
        raise Failed("a paper that holds", voided.why)
    (paper,) = served.printed
    return paper


def wishes(kind: Kind, municipality: str, offered: Sequence[str]) -> list[Application]:
    """Return what is tried of a kind: the least, each option that is offered, and all of them."""
    least = Application(municipality, kind)
    by_option = {"members": "household", "relationship": "relationship", "honseki": "honseki"}
    named = [by_option[name] for name in offered]
    single = [replace(least, **{name: True}) for name in named]
    every = [replace(least, **dict.fromkeys(named, True))] if len(named) > 1 else []
    return [least, *single, *every]
