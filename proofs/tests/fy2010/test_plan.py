"""The plan prints every paper of the seed's table, where and when it could have been."""

from collections import Counter
from datetime import date

import pytest
from madoguchi_wire.clock import japan_day
from madoguchi_wire.order import Kind
from proofs.fy2010.plan import open_days, plan
from proofs.fy2010.seed import EVERYWHERE_SINCE, PLACES

CARDS = [f"resident-{number:02d}" for number in range(1, 101)]
FOUNDERS = {
    "komorebi-ichikawa-yawata-1",
    "komorebi-ichikawa-yawata-2",
    "machikado-ichikawa-gyotoku-1",
    "komorebi-shibuya-1",
    "komorebi-mitaka-1",
}


@pytest.mark.parametrize("seed", [1, 2010])
def test_every_paper_of_the_year_is_planned_once(seed: int) -> None:
    days = plan(seed, CARDS, open_days())
    where = {terminal: place.label for place in PLACES for terminal in place.terminals}
    printed = Counter[tuple[str, Kind]]()
    for visit in (visit for day in days for visit in day.visits):
        printed[where[visit.terminal], visit.kind] += visit.copies
    assert printed == {(place.label, kind): place.papers(kind) for place in PLACES for kind in Kind}
    assert printed.total() == 6198
    assert [japan_day(day.moment) for day in days] == open_days()
    assert plan(seed, CARDS, open_days()) == days


def test_nobody_comes_twice_on_a_day_and_no_store_serves_before_it_could() -> None:
    for day in plan(2010, CARDS, open_days()):
        cards = [visit.card for visit in day.visits]
        assert len(cards) == len(set(cards))
        if japan_day(day.moment) < EVERYWHERE_SINCE:
            assert {visit.terminal for visit in day.visits} <= FOUNDERS


def test_the_turn_of_the_year_is_left_out() -> None:
    days = open_days()
    assert len(days) == 365 - 6
    assert date(2010, 12, 28) in days
    assert date(2010, 12, 29) not in days
    assert date(2011, 1, 3) not in days
    assert date(2011, 1, 4) in days
