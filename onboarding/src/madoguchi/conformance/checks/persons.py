"""Whom an adapter refuses, and that nobody learns more from it than they may."""

from uuid import uuid4

from madoguchi_wire.order import SealRegistrationOptions

from madoguchi.conformance.asking import Answered
from madoguchi.conformance.centre.cards import UNKNOWN
from madoguchi.conformance.centre.people import CHILD, DEAD, MOVED, PROTECTED, WITHOUT_SEAL
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed

_GENERAL = {
    "protected": PROTECTED.card,
    "moved": MOVED.card,
    "dead": DEAD.card,
    "unknown": UNKNOWN,
}
_COUNTER = "come-to-the-counter"
_ROUNDS = 3
_APART_S = 0.1
"""The network may make that much of a difference, and no reason."""


async def _refusal(at: Sitting, card: str) -> Answered:
    visit = await at.visit(card)
    return await at.prepare(visit, visit.order())


async def same_words(at: Sitting) -> None:
    """Compare the answers byte by byte, but for the number of the trace."""
    answers = {name: await _refusal(at, card) for name, card in _GENERAL.items()}
    said: set[str] = set()
    for name, answered in answers.items():
        answered.refused_as(_COUNTER)
        if answered.problem is not None:
            said.add(answered.problem.model_copy(update={"trace": None}).model_dump_json())
        if len(said) > 1:
            raise Failed("the same answer for all of them", f"another one for the {name}")


async def same_time(at: Sitting) -> None:
    """Ask in turns, and compare the quickest of one with the slowest of another."""
    took: dict[str, list[float]] = {name: [] for name in _GENERAL}
    for _ in range(_ROUNDS):
        for name, card in _GENERAL.items():
            answered = await _refusal(at, card)
            answered.refused_as(_COUNTER)
            took[name].append(answered.seconds)
    latest_start, earliest_end = max(map(min, took.values())), min(map(max, took.values()))
    if latest_start - earliest_end > _APART_S:
        slow = max(took, key=lambda name: min(took[name]))
        quick = min(took, key=lambda name: max(took[name]))
        seen = f"{quick} at most {earliest_end:.2f} s, {slow} at least {latest_start:.2f} s"
        raise Failed("the same time for each reason", seen)


async def told(at: Sitting) -> None:
    """Ask for a child, and for a seal that nobody registered."""
    (await _refusal(at, CHILD.card)).refused_as("under-age")
    visit = await at.visit(WITHOUT_SEAL.card)
    answered = await at.prepare(visit, visit.order(SealRegistrationOptions()))
    answered.refused_as("no-seal-registered")


async def repeated(at: Sitting) -> None:
    """Ask twice for somebody who is refused."""
    visit, issuance = await at.visit(PROTECTED.card), str(uuid4())
    order = visit.order()
    for _ in range(2):
        (await at.prepare(visit, order, issuance)).refused_as(_COUNTER)


CHECKS = {"AD-80": same_words, "AD-81": same_time, "AD-82": told, "AD-83": repeated}
