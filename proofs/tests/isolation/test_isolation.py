"""A city that hangs and one that fails are alone with it, and the comparison can fail."""

from pathlib import Path

import pytest
from proofs.isolation.arrivals import FAILS, HANGS, OTHER, SHARES, plan
from proofs.isolation.measuring import measure
from proofs.isolation.offering import Served
from proofs.isolation.result import Pair, pair_of, percentile, report_of


def served(ms: float, end: str = "printed", count: int = 100) -> list[Served]:
    return [Served(OTHER, ms, end)] * count


def pairs(*milliseconds: tuple[float, float]) -> list[Pair]:
    return [pair_of(served(without), served(with_)) for without, with_ in milliseconds]


def test_the_median_pair_decides_by_ratio_or_by_difference() -> None:
    assert report_of(1, 40, 10, pairs((100, 110), (100, 500), (100, 90))).holds
    assert report_of(1, 40, 10, pairs((10, 14.9), (10, 500), (10, 9))).holds
    assert not report_of(1, 40, 10, pairs((100, 130), (100, 126), (100, 90))).holds
    assert report_of(1, 40, 10, pairs((100, 130))).rate_per_second == 5


def test_who_gets_no_paper_at_a_city_that_is_well_fails_it() -> None:
    one = pair_of(served(100), [*served(90, count=99), Served(OTHER, 1, "adapter-busy")])
    assert not report_of(1, 40, 10, [one]).holds


def test_the_slowest_hundredth_is_the_nearest_rank() -> None:
    times = [float(number) for number in range(1, 201)]
    assert (percentile(times, 50), percentile(times, 99), percentile([7.0], 99)) == (100, 198, 7)


def test_arrivals_are_fixed_by_seed_and_rate() -> None:
    arrivals = list(plan(7, 6, 10))
    assert arrivals == list(plan(7, 6, 10)) != list(plan(8, 6, 10))
    assert [one.at_s for one in arrivals[:3]] == [0, 1 / 6, 2 / 6]
    assert {one.municipality for one in arrivals} == set(SHARES)


@pytest.mark.alone
@pytest.mark.system
def test_a_city_that_hangs_and_one_that_fails_are_alone_with_it(tmp_path: Path) -> None:
    told: list[str] = []
    soon = {"GATEWAY_ISSUANCE_DEADLINE_SECONDS": "8"}
    report = measure(tmp_path, 2023, 1, 6, told.append, soon)
    (pair,) = report.pairs
    assert pair.with_.served == pair.without.served >= 5
    assert pair.with_.not_printed == pair.without.not_printed == 0
    # Nobody gets a paper there, and nobody waits longer than the order's deadline.
    assert not pair.ill[HANGS].get("printed")
    assert not pair.ill[FAILS].get("printed")
    assert set(pair.ill[FAILS]) <= {"adapter-unreachable", "adapter-paused"}
