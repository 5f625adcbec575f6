"""Once and again: the same bytes for the same issuance, and never two papers of one copy."""

import asyncio
from http import HTTPStatus
from uuid import uuid4

from madoguchi_wire.order import Order, SealRegistrationOptions
from madoguchi_wire.signed import unverified_payload

from madoguchi.conformance.paper import Paper
from madoguchi.conformance.sitting import Sitting, prepared
from madoguchi.conformance.verdicts import Failed, NotTried

_REPLAYED = "order-replayed"


async def same_bytes(at: Sitting) -> None:
    """Ask twice."""
    paper = await at.issued()
    again = await at.prepare(paper.visit, paper.order, paper.issuance)
    if again.body != paper.answered.body:
        raise Failed("the same bytes as the first time", str(again))


async def another_issuance(at: Sitting) -> None:
    """Ask for a copy that came out, under another issuance."""
    paper = await _paper(at)
    (await at.prepare(paper.visit, paper.order)).refused_as(_REPLAYED)


async def same_nonce(at: Sitting) -> None:
    """Order something else with a nonce that was used."""
    paper = await _paper(at)
    nonce = Order.parsed(unverified_payload(paper.order)).nonce
    order = paper.visit.order(SealRegistrationOptions(), nonce=nonce)
    (await at.prepare(paper.visit, order)).refused_as(_REPLAYED)


async def taken_issuance(at: Sitting) -> None:
    """Ask for another order under an issuance that is taken."""
    paper = await _paper(at)
    answered = await at.prepare(paper.visit, paper.visit.order(), paper.issuance)
    answered.refused_as(_REPLAYED)


async def numbers(at: Sitting) -> None:
    """Ask for two copies of an order."""
    visit = await at.visit()
    order = visit.order(copies=2)
    seen: set[str] = set()
    for copy_number in (1, 2):
        issuance = str(uuid4())
        answered = await at.prepare(visit, order, issuance, copy_number=copy_number)
        copy = Paper(visit, order, issuance, copy_number, prepared(answered), answered)
        seen.add(copy.claimed.certificate_number)
    if len(seen) != 2:
        raise Failed("two certificate numbers", "the same twice")


async def at_once(at: Sitting) -> None:
    """Ask eight times at once for one copy, each under another issuance."""
    visit = await at.visit()
    order = visit.order()
    answers = await asyncio.gather(*(at.prepare(visit, order) for _ in range(8)))
    good = [one for one in answers if one.status == HTTPStatus.OK]
    if len(good) != 1:
        raise Failed("one paper", f"{len(good)} papers of one copy")
    for one in answers:
        if one.status != HTTPStatus.OK:
            one.refused_as(_REPLAYED, "prepare-in-progress")


async def _paper(at: Sitting) -> Paper:
    try:
        return await at.issued()
    except Failed as failed:
        raise NotTried(f"no paper comes out for the test person: {failed.seen}") from None


CHECKS = {
    "AD-50": same_bytes,
    "AD-51": another_issuance,
    "AD-52": same_nonce,
    "AD-53": taken_issuance,
    "AD-54": numbers,
    "AD-55": at_once,
}
