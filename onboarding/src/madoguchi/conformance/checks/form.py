"""Address and form: the beacon, bodies that must be refused, problem documents."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from madoguchi_wire.adapter_api import Beacon

from madoguchi.conformance.asking import PROBLEM
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed

_NOBODYS = "011002", "131130"
"""Two municipalities of which an adapter under test is at most one."""
_TOO_LARGE = 129 * 1024
_TOLERANCE = timedelta(seconds=30)
_TRIES = 5


async def beacon(at: Sitting) -> None:
    """Ask twice in one minute, and compare."""
    code = at.asking.municipality
    for _ in range(_TRIES):
        answers = [await at.asking.get(f"/v1/municipalities/{code}/beacon") for _ in range(2)]
        try:
            first, second = [Beacon.model_validate(one.good()) for one in answers]
        except ValueError:
            raise Failed("beacon and good_until", "other fields") from None
        now = datetime.now(UTC)
        if not now - _TOLERANCE < first.good_until <= now + timedelta(minutes=1) + _TOLERANCE:
            seen = f"{(first.good_until - now).total_seconds():.0f} s from now"
            raise Failed("good_until at the end of this minute", seen)
        if first.good_until == second.good_until:
            if first.beacon != second.beacon:
                raise Failed("the same beacon in one minute", "two")
            return
    raise Failed("two answers in one minute", "none")


async def unknown_municipality(at: Sitting) -> None:
    """Ask for one that it does not serve."""
    code = next(one for one in _NOBODYS if one != at.asking.municipality)
    answered = await at.asking.get(f"/v1/municipalities/{code}/beacon")
    answered.refused_as("municipality-unknown")


async def problems(at: Sitting) -> None:
    """Look at a refusal."""
    answered = await at.prepare(visit := await at.visit(), visit.order()[:-9])
    if answered.problem is None or answered.problem.status != answered.status:
        raise Failed(f"a problem document ({PROBLEM}) with its status", str(answered))


async def not_json(at: Sitting) -> None:
    """Send what has no meaning, or two."""
    for body in (b"{", b'{"request": "\xff"}', b'{"request": "a", "request": "b"}'):
        answered = await at.asking.post(_prepare_path(), body)
        answered.refused_as("malformed-request", "invalid-fields")


async def unknown_fields(at: Sitting) -> None:
    """Send a good request with one field more."""
    visit = await at.visit()
    statement = at.prepare_statement(visit, visit.order(), str(uuid4()))
    body = {"request": statement.signed_by(at.asking.key), "priority": 1}
    path = f"issuances/{statement.issuance}/prepare"
    answered = await at.asking.post(path, json.dumps(body).encode())
    answered.refused_as("invalid-fields")


async def media_type(at: Sitting) -> None:
    """Send a good request as a text."""
    visit = await at.visit()
    statement = at.prepare_statement(visit, visit.order(), str(uuid4()))
    body = json.dumps({"request": statement.signed_by(at.asking.key)}).encode()
    path = f"issuances/{statement.issuance}/prepare"
    (await at.asking.post(path, body, "text/plain")).refused_as("unsupported-media-type")


async def too_large(at: Sitting) -> None:
    """Send more than any request needs."""
    body = json.dumps({"request": "a" * _TOO_LARGE}).encode()
    (await at.asking.post(_prepare_path(), body)).refused_as("body-too-large")


def _prepare_path() -> str:
    return f"issuances/{uuid4()}/prepare"


CHECKS = {
    "AD-01": beacon,
    "AD-02": unknown_municipality,
    "AD-03": problems,
    "AD-04": not_json,
    "AD-05": unknown_fields,
    "AD-06": media_type,
    "AD-07": too_large,
}
