from datetime import timedelta
from typing import get_args

from checker.checks.life import FINAL, GRACE, STEPS
from madoguchi_wire.gateway_api import IssuanceState


def test_the_checkers_life_knows_every_state_and_leaves_no_final_one() -> None:
    states = set(get_args(IssuanceState))
    entered = {state for targets in STEPS.values() for state in targets}
    assert entered == states
    assert {state for state in states if state not in STEPS} == FINAL


def test_nothing_is_completed_that_was_not_paid() -> None:
    before = {state for state, targets in STEPS.items() if "completed" in targets}
    assert before == {"paid", "in_doubt", "quarantined"}
    assert timedelta(0) < GRACE < timedelta(minutes=2)
