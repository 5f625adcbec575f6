"""The gateway's own request: signed by the right key, for this path, just now, in one spelling."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from madoguchi_wire.adapter_api import PrepareStatement
from madoguchi_wire.clock import japan_day
from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.keys import SigningKey

from madoguchi.conformance.centre.centre import TERMINALS
from madoguchi.conformance.signing import signed_payload
from madoguchi.conformance.sitting import Sitting

_REFUSED = "signature-refused"


async def forged(at: Sitting) -> None:
    """Sign with another key under the gateway's kid, and with one that nobody knows."""
    forger = SigningKey(SigningKey.generate().private, at.asking.key.kid)
    for key in (forger, SigningKey.generate()):
        await _signed_by(at, key)


async def another_purpose(at: Sitting) -> None:
    """Sign with keys that the trust list holds for something else, and with its root."""
    keys = at.centre.keys
    for name in (TERMINALS[0], f"{TERMINALS[0]}-token", "root"):
        await _signed_by(at, keys[name])


async def _signed_by(at: Sitting, key: SigningKey) -> None:
    visit = await at.visit()
    statement = at.prepare_statement(visit, visit.order(), str(uuid4()))
    answered = await at.asking.ask(f"issuances/{statement.issuance}/prepare", statement, key)
    answered.refused_as(_REFUSED)


async def another_path(at: Sitting) -> None:
    """Sign for another municipality, and for another issuance."""
    visit = await at.visit()
    other = "131130" if at.asking.municipality != "131130" else "011002"
    statement = at.prepare_statement(visit, visit.order(), str(uuid4()), municipality=other)
    path = f"issuances/{statement.issuance}/prepare"
    (await at.asking.ask(path, statement)).refused_as(_REFUSED)
    statement = at.prepare_statement(visit, visit.order(), str(uuid4()))
    (await at.asking.ask(f"issuances/{uuid4()}/prepare", statement)).refused_as(_REFUSED)


async def not_just_now(at: Sitting) -> None:
    """Sign two minutes ago, and two minutes ahead."""
    now, minutes = datetime.now(UTC), timedelta(minutes=2)
    for requested_at in (now - minutes, now + minutes):
        await _asked(at, _REFUSED, requested_at=requested_at)


async def too_late(at: Sitting) -> None:
    """Ask after the deadline."""
    await _asked(at, "issuance-expired", deadline=datetime.now(UTC) - timedelta(seconds=1))


async def another_day(at: Sitting) -> None:
    """Ask for a paper of tomorrow, and of the day before yesterday."""
    today = japan_day(datetime.now(UTC))
    for accepted_on in (today + timedelta(days=1), today - timedelta(days=2)):
        await _asked(at, "order-refused", accepted_on=accepted_on)


async def _asked(at: Sitting, slug: str, **says: Any) -> None:  # noqa: ANN401 (what is forged)
    visit = await at.visit()
    (await at.prepare(visit, visit.order(), **says)).refused_as(slug)


async def another_spelling(at: Sitting) -> None:
    """Sign one field more, and the same fields with spaces between them."""
    visit = await at.visit()
    statement = at.prepare_statement(visit, visit.order(), str(uuid4()))
    said: dict[str, Any] = statement.model_dump(mode="json")
    for payload in (canonical_json(said | {"priority": 1}), json.dumps(said).encode()):
        token = signed_payload(payload, PrepareStatement.typ, at.asking.key)
        path = f"issuances/{statement.issuance}/prepare"
        (await at.asking.ask_with(path, token)).refused_as(_REFUSED)


CHECKS = {
    "AD-10": forged,
    "AD-11": another_purpose,
    "AD-12": another_path,
    "AD-13": not_just_now,
    "AD-14": too_late,
    "AD-15": another_day,
    "AD-16": another_spelling,
}
