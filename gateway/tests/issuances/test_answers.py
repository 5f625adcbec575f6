"""What an order is answered with, by what became of its papers."""

from dataclasses import replace

import pytest
from gateway.issuances.answers import PapersRefused, answer_of
from gateway.issuances.life import State
from gateway.issuances.rows import Issuance
from gateway_testing.issuance import ISSUANCE
from madoguchi_wire.errors import OrderInFlight, PersonRefused

ORDER = ISSUANCE.order_id


def copy_of(state: State, attestation: str | None, problem: str | None) -> Issuance:
    return replace(ISSUANCE, state=state, attestation=attestation, problem=problem)


PREPARED = copy_of(State.PREPARED, "a.b.c", None)
REFUSED = copy_of(State.REFUSED, None, PersonRefused.slug)
UNDER_WAY = copy_of(State.ACCEPTED, None, None)


@pytest.mark.parametrize("others", [[], [PREPARED], [REFUSED], [PREPARED, REFUSED]])
def test_nothing_is_said_of_an_order_while_one_of_its_papers_is_under_way(
    others: list[Issuance],
) -> None:
    with pytest.raises(OrderInFlight):
        answer_of(ORDER, [*others, UNDER_WAY])


def test_papers_refused_for_one_reason_are_one_refusal_that_is_not_worth_a_repeat() -> None:
    with pytest.raises(PapersRefused) as refused:
        answer_of(ORDER, [REFUSED, REFUSED])
    assert (refused.value.error.slug, refused.value.error.retryable) == (PersonRefused.slug, False)


def test_each_paper_has_its_attestation_or_its_problem() -> None:
    first, second = answer_of(ORDER, [PREPARED, REFUSED]).issuances
    assert (first.attestation, first.problem) == ("a.b.c", None)
    assert second.attestation is None
    assert second.problem is not None
