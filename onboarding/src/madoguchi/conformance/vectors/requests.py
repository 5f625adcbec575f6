"""Vectors of sessions and orders."""

from datetime import timedelta
from typing import Any

from madoguchi_wire.order import Order
from madoguchi_wire.session import SignedSession
from madoguchi_wire.signed import unverified_payload
from store_terminal_sim.cards.profiles import CertificateKind

from madoguchi.conformance.signing import with_other_s, with_payload
from madoguchi.conformance.vectors.cast import AT, MUNICIPALITY, OTHER, TERMINALS, Cast
from madoguchi.conformance.vectors.vector import Vector, numbered

_MINUTE = timedelta(minutes=1)


def session_vectors(cast: Cast) -> list[Vector]:
    """Return sessions, held against terminal, card, gateway, municipality and time."""
    signing = CertificateKind.SIGNING
    expired = cast.card("expired", until=AT - timedelta(days=1))
    sessions: list[tuple[str, str, str | None]] = [
        ("as card and terminal sign it", cast.session(), None),
        (
            "countersigned by another terminal",
            cast.session(terminal=cast.terminal(TERMINALS[1])),
            "signature-refused",
        ),
        ("changed under the card's signature", _changed(cast), "card-signature-refused"),
        ("for another gateway", cast.session(gateway="x"), "session-of-another-terminal"),
        (
            "for another municipality",
            cast.session(municipality=OTHER),
            "session-of-another-municipality",
        ),
        ("six minutes old", cast.session(opened_at=AT - 6 * _MINUTE), "session-expired"),
        ("from the future", cast.session(opened_at=AT + _MINUTE), "session-refused"),
        (
            "by a card of another authority of the same name",
            cast.session(cast.card("foreign", authority="another authority")),
            "card-authority-unknown",
        ),
        ("by a card that has expired", cast.session(expired), "card-certificate-expired"),
        (
            "by the signing certificate",
            cast.session(cast.card("signing", signing)),
            "card-certificate-of-wrong-kind",
        ),
        (
            "with the countersignature spelt another way",
            with_other_s(cast.session()),
            "signature-refused",
        ),
    ]
    return numbered("SE", [(what, _given(token), reason) for what, token, reason in sessions])


def _given(token: str) -> dict[str, Any]:
    return {"token": token, "municipality": MUNICIPALITY, "at": AT.isoformat()}


def _changed(cast: Cast) -> str:
    signed = SignedSession.parsed(unverified_payload(cast.session()))
    statement = cast.statement(challenge="another")
    changed = signed.model_copy(update={"statement": statement})
    return changed.signed_by(cast.key(TERMINALS[0]))


def order_vectors(cast: Cast) -> list[Vector]:
    """Return orders of the good session."""
    order, refused = cast.order(), "order-not-of-session"
    said = Order.parsed(unverified_payload(order))

    def forged(**changes: object) -> str:
        return with_payload(order, said.model_copy(update=changes).canonical())

    orders: list[tuple[str, str, str | None]] = [
        ("as the session's key signs it", order, None),
        ("signed by another key", cast.order(cast.key("stranger")), refused),
        ("of another session", cast.order(session="0" * 64), refused),
        ("with its price changed", forged(unit_price=10), refused),
        ("with its copies changed", forged(copies=2), refused),
        ("from before the session", cast.order(ordered_at=AT - _MINUTE), refused),
        ("with its signature spelt another way", with_other_s(order), refused),
    ]
    session = cast.session()
    return numbered(
        "OR", [(what, {"token": token, "session": session}, why) for what, token, why in orders]
    )
