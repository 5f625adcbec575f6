"""A month of many papers is closed and stated within its bounds; `make bench-billing` has more."""

from collections.abc import Callable

import pytest
from loadtests.billing import measured

PAPERS = 6_000


@pytest.mark.alone
async def test_a_month_is_closed_and_stated_within_its_bounds(
    fresh_database: Callable[[], str],
) -> None:
    figures = await measured(fresh_database(), PAPERS)
    assert figures.papers == PAPERS
    assert PAPERS / 14 < figures.papers_of_month < PAPERS / 10
    assert figures.holds, figures
