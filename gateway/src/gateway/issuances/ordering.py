"""An order from its first request to its answer, and every repeat of it."""

from uuid import UUID

from madoguchi_wire.encoding import canonical_json, sha256_hex
from madoguchi_wire.errors import OrderReplayed
from madoguchi_wire.gateway_api import OrderAnswer, PlaceOrder

from gateway.audit.concerning import concerning
from gateway.cardholders import sessions
from gateway.cardholders.sessions import OpenSession
from gateway.issuances import orders, rows
from gateway.issuances.accepting import Judged, accept, judge
from gateway.issuances.answers import PapersRefused, answer_of
from gateway.issuances.life import State
from gateway.issuances.orders import KnownOrder, held, take_lease
from gateway.issuances.preparing import Preparation, prepare_all
from gateway.issuances.rows import Issuance
from gateway.municipalities.notices import add_notice
from gateway.municipalities.serving import at_present, served
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal


async def place(
    gateway: Gateway, terminal: Terminal, session_id: UUID, key: UUID, body: PlaceOrder
) -> OrderAnswer:
    """Return the answer to an order: prepared papers, each with its attestation or problem.

    The same key and body get the same answer, from whichever replica; one whose replica died is
    resumed here under the same issuance ids, until its deadline.

    Raises:
        MadoguchiError: the order, or all of its papers for one reason, is refused.

    """
    opened = await sessions.find(gateway, terminal, session_id)
    digest = sha256_hex(canonical_json(body.model_dump(mode="json")))
    with concerning(gateway.municipalities, opened.municipality):
        known = await orders.find(gateway, terminal, opened, key, digest)
        if known is None:
            known = await _begin(gateway, terminal, opened, key, digest, body)
        else:
            await _resume(gateway, terminal, opened, known, body)
        issuances = await rows.of_order(gateway.pool, known.order_id)
        try:
            return answer_of(known.order_id, issuances)
        except PapersRefused as refused:
            add_notice(gateway.municipalities, opened.municipality, refused.error)
            raise


async def _begin(
    gateway: Gateway,
    terminal: Terminal,
    opened: OpenSession,
    key: UUID,
    digest: str,
    body: PlaceOrder,
) -> KnownOrder:
    session = sessions.verified_again(gateway, terminal, opened, body.signed_session)
    order, version = await judge(gateway, terminal, opened, session, body)
    judged = Judged(body, digest, key, session, order, version)
    try:
        known, issuances = await accept(gateway, terminal, opened, judged)
    except OrderReplayed:
        # The same request may have come twice at once: then it is a repeat, not a replay.
        twin = await orders.find(gateway, terminal, opened, key, digest)
        if twin is None:
            raise
        await _resume(gateway, terminal, opened, twin, body)
        return twin
    # Prices are those of the session's version; adapters are where they are now.
    present = await at_present(gateway, opened.municipality, test=terminal.test)
    await _work(gateway, known, Preparation(body, session, present.body.adapters), issuances)
    return known


async def _resume(
    gateway: Gateway, terminal: Terminal, opened: OpenSession, known: KnownOrder, body: PlaceOrder
) -> None:
    issuances = await rows.of_order(gateway.pool, known.order_id)
    if all(issuance.state is not State.ACCEPTED for issuance in issuances):
        return
    leased = await take_lease(gateway.pool, known)
    session = sessions.verified_again(
        gateway, terminal, opened, body.signed_session, known.created_at
    )
    version = await served(gateway, terminal, opened.municipality)
    gateway.stops.check(opened.municipality, terminal.terminal)
    preparation = Preparation(body, session, version.body.adapters)
    await _work(gateway, leased, preparation, issuances)


async def _work(
    gateway: Gateway, known: KnownOrder, preparation: Preparation, issuances: list[Issuance]
) -> None:
    async with held(gateway.pool, known):
        await prepare_all(gateway, preparation, issuances)
