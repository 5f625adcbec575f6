"""The order: signed by the session's key as it is, for this session, just now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import Order
from madoguchi_wire.signed import unverified_payload

from madoguchi.conformance.signing import with_other_s, with_payload
from madoguchi.conformance.sitting import Sitting

_NOT_OF_SESSION = "order-not-of-session"


async def of_another(at: Sitting) -> None:
    """Sign with another key, for another session, and as another session."""
    visit, other = await at.visit(), await at.visit()
    for order in (
        visit.order(key=SigningKey.generate()),
        visit.order(session=other.digest),
        other.order(),
        visit.order(key=other.key),
    ):
        (await at.prepare(visit, order)).refused_as(_NOT_OF_SESSION)


async def price_changed(at: Sitting) -> None:
    """Lower the price under the signature."""
    await _changed(at, unit_price=10)


async def copies_changed(at: Sitting) -> None:
    """Raise the copies under the signature, and ask for a copy more than ordered."""
    await _changed(at, copies=2)
    visit = await at.visit()
    (await at.prepare(visit, visit.order(), copy_number=2)).refused_as("order-refused")


async def _changed(at: Sitting, **changes: Any) -> None:  # noqa: ANN401 (what is forged)
    visit = await at.visit()
    order = visit.order()
    said = Order.parsed(unverified_payload(order)).model_copy(update=changes)
    forged = with_payload(order, said.canonical())
    (await at.prepare(visit, forged)).refused_as(_NOT_OF_SESSION, "signature-refused")


async def kept(at: Sitting) -> None:
    """Send an order three minutes after it was signed."""
    ago = datetime.now(UTC) - timedelta(minutes=3)
    visit = await at.visit(opened_at=ago - timedelta(seconds=1))
    (await at.prepare(visit, visit.order(ordered_at=ago))).refused_as("session-expired")


async def other_signature(at: Sitting) -> None:
    """Spell the order's signature another way, which gives it another digest."""
    visit = await at.visit()
    answered = await at.prepare(visit, with_other_s(visit.order()))
    answered.refused_as(_NOT_OF_SESSION, "signature-refused")


CHECKS = {
    "AD-40": of_another,
    "AD-41": price_changed,
    "AD-42": copies_changed,
    "AD-43": kept,
    "AD-44": other_signature,
}
