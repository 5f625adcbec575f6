"""A gateway that mixes up what it was given, in every way: nothing opens for the wrong one."""

import itertools
import random
from uuid import uuid4

from madoguchi_wire.encoding import from_base64url
from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.order import ResidentRecordOptions, order_digest
from madoguchi_wire.sealing import document_info
from municipal_adapter_testing.asking import Answered, Asking
from municipal_adapter_testing.reception import Reception
from municipal_adapter_testing.visit import Visit

ICHIKAWA = "122033"
SEED = 20260301
Ask = tuple[int, int, int, str]
"""Whose session, whose order, which copy, under which issuance."""


async def test_swapped_sessions_orders_copies_and_ids_give_nothing_to_anybody_else(
    asking: Asking, reception: Reception
) -> None:
    visits = [await reception.visitor(ICHIKAWA) for _ in range(3)]
    orders = [visit.order(ResidentRecordOptions(), 2) for visit in visits]
    ids = [str(uuid4()) for _ in range(4)]
    asks: list[Ask] = list(itertools.product(range(3), range(3), (1, 2), ids))
    random.Random(SEED).shuffle(asks)
    given: dict[Ask, Answered] = {}
    for whose, order, copy, issuance in asks:
        answered = await asking.prepare(visits[whose], orders[order], issuance, copy_number=copy)
        assert answered.status in (200, 403, 409)
        if answered.status == 200:
            given[whose, order, copy, issuance] = answered
    assert given
    assert all(whose == order for whose, order, _, _ in given)
    assert len({(order, copy) for _, order, copy, _ in given}) == len(given)
    assert len({issuance for *_, issuance in given}) == len(given)
    for ask, answered in given.items():
        assert _openers(visits, orders, ids, answered) == [(ask[0], ask[1], ask[3])]


def _openers(
    visits: list[Visit], orders: list[str], ids: list[str], answered: Answered
) -> list[tuple[int, int, str]]:
    """Return by whom, as which order and issuance, a sealed document can be opened at all."""
    ciphertext = from_base64url(answered.prepared.ciphertext)
    found: list[tuple[int, int, str]] = []
    for (who, visit), (what, order), issuance in itertools.product(
        enumerate(visits), enumerate(orders), ids
    ):
        try:
            visit.opening_key.open(ciphertext, document_info(issuance, order_digest(order)))
        except NotForThisKey:
            continue
        found.append((who, what, issuance))
    return found
