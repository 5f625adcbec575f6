"""The session: what card and terminal signed, and when."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.keys import SigningKey
from store_terminal_sim.core.effects import CardSignature
from store_terminal_sim.core.session import countersigned
from store_terminal_sim.testing.enrolled import FALSE, false_enrolment

from madoguchi.conformance.centre.centre import TERMINALS
from madoguchi.conformance.centre.people import WIFE
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.visit import Visit


async def countersignature(at: Sitting) -> None:
    """Countersign by keys that are not the terminal's, and show enrolments that do not hold."""
    centre = at.centre
    own = centre.terminal()
    for key in (
        SigningKey.generate(),
        SigningKey(SigningKey.generate().private, own.statement_key.kid),
        centre.terminal(TERMINALS[1]).statement_key,
        own.token_key,
    ):
        visit = await at.visit()
        visit.terminal = replace(own, statement_key=key)
        await _refused(at, visit, "signature-refused")
    registrar, listed, now = centre.keys["registrar"], centre.keys["gateway"], datetime.now(UTC)
    for name in FALSE:
        false = false_enrolment(name, registrar, own.terminal, own.statement_key, now, listed)
        visit = await at.visit()
        visit.terminal = replace(own, enrolment=false)
        await _refused(at, visit, "signature-refused")


async def card_signature(at: Sitting) -> None:
    """Stitch a session together from two cards, and change what a card signed."""
    visit, other = await at.visit(), await at.visit(WIFE.card)
    visit.signature = CardSignature(visit.card.certificate, other.signature.signature)
    await _refused(at, visit, "card-signature-refused")
    visit = await at.visit()
    changed = visit.statement.model_copy(update={"challenge": "another"})
    visit.session = countersigned(visit.terminal, changed, visit.signature)
    await _refused(at, visit, "card-signature-refused")


async def of_another(at: Sitting) -> None:
    """Sign a session for another gateway, and for another municipality."""
    elsewhere = "131130" if at.asking.municipality != "131130" else "011002"
    visit = await at.visit(gateway="elsewhere.example")
    await _refused(at, visit, "session-of-another-terminal")
    visit = await at.visit(municipality=elsewhere)
    await _refused(at, visit, "session-of-another-municipality")


async def not_of_these_minutes(at: Sitting) -> None:
    """Open a session six minutes ago, and tomorrow."""
    now = datetime.now(UTC)
    visit = await at.visit(opened_at=now - timedelta(minutes=6))
    await _refused(at, visit, "session-expired")
    visit = await at.visit(opened_at=now + timedelta(days=1))
    await _refused(at, visit, "session-refused")


async def made_up_beacon(at: Sitting) -> None:
    """Sign a beacon that nobody handed out."""
    visit = await at.visit(beacon=to_base64url(secrets.token_bytes(32)))
    await _refused(at, visit, "beacon-refused")


async def useless_keys(at: Sitting) -> None:
    """Sign a session to whose key nothing can be sealed in secret."""
    visit = await at.visit(sealing_key=to_base64url(bytes(32)))
    await _refused(at, visit, "session-refused")


async def _refused(at: Sitting, visit: Visit, slug: str) -> None:
    (await at.prepare(visit, visit.order())).refused_as(slug)


CHECKS = {
    "AD-20": countersignature,
    "AD-21": card_signature,
    "AD-22": of_another,
    "AD-23": not_of_these_minutes,
    "AD-24": made_up_beacon,
    "AD-25": useless_keys,
}
