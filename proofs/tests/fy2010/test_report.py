"""The table, shares and costs come out of statements as the seed computes them."""

from collections.abc import Sequence
from io import StringIO

import pytest
from billing.statements.statement import PlaceLine, Statement
from billing_testing.statement import sample_statement
from madoguchi_wire.order import Kind
from proofs.fy2010.charts import as_png, months_picture, places_picture
from proofs.fy2010.report import differences, year_of
from proofs.fy2010.seed import PLACES
from proofs.fy2010.shown import cost_table, places_table
from rich.cells import cell_len
from rich.console import Console

PNG = b"\x89PNG\r\n\x1a\n"


def stated(*, less: int = 0) -> Sequence[Statement]:
    """Return the seed's year in two statements: one paper of each line in the last."""
    lines = [(one.label, kind, one.papers(kind)) for one in PLACES for kind in Kind]
    last = [_line(place, kind, 1) for place, kind, _ in lines]
    others = [_line(place, kind, papers - 1) for place, kind, papers in lines]
    others[0] = others[0].model_copy(update={"papers": others[0].papers - less})
    return [_statement("2011-02", others, 5_000_000), _statement("2011-03", last, 0)]


def _line(place: str, kind: str, papers: int) -> PlaceLine:
    return PlaceLine(line=1, place=place, kind=kind, papers=papers, yen=papers * 250)


def _statement(period: str, lines: Sequence[PlaceLine], share: int) -> Statement:
    sample = sample_statement()
    papers = sum(line.papers for line in lines)
    totals = sample.totals.model_copy(
        update={"commissions": papers * 120, "fees": papers * 250, "share": share}
    )
    told = {"period": period, "by_place": tuple(lines), "totals": totals}
    return sample.model_copy(update=told)


def test_the_seeds_own_figures() -> None:
    year = year_of(stated())
    assert differences(year, PLACES) == ()
    assert [row.total for row in year.table] == [4264, 1018, 743, 20, 31, 32, 90]
    assert [row.share for row in year.table] == [68.8, 16.4, 12.0, 0.3, 0.5, 0.5, 1.5]
    assert (year.sums.resident, year.sums.seal, year.sums.total) == (3408, 2790, 6198)
    assert (year.issuances, year.commission) == (6198, 743_760)
    assert (year.cost_forecast.total, year.cost_forecast.per_paper) == (9_500_000, 1533)
    assert (year.cost.total, year.cost.per_paper) == (9_443_760, 1524)


@pytest.mark.parametrize("less", [1, -1])
def test_one_paper_less_or_more_is_told(less: int) -> None:
    found = differences(year_of(stated(less=less)), PLACES)
    assert found[0] == f"市内: ({2427 - less}, 1837) instead of (2427, 1837)"
    assert found[1:] == (f"commissions: {743_760 - less * 120} instead of 743760",)


def test_a_place_that_nobody_planned_is_told() -> None:
    (first, second), stray = stated(), _line("北海道", Kind.RESIDENT_RECORD, 1)
    strayed = second.model_copy(update={"by_place": (*second.by_place, stray)})
    assert differences(year_of([first, strayed]), PLACES) == ("北海道: (1, 0) instead of None",)


def test_another_years_share_is_told() -> None:
    twice = [*stated(), _statement("2010-03", [], 5_000_000)]
    assert differences(year_of(twice), PLACES) == ("share: 10000000 instead of 5000000",)


def test_the_printed_tables_are_whole_on_eighty_columns() -> None:
    year, printed = year_of(stated()), StringIO()
    console = Console(width=80, file=printed)
    console.print(places_table(year))
    console.print(cost_table(year))
    told = printed.getvalue()
    assert max(map(cell_len, told.splitlines())) <= 80
    figures = [figure for row in (*year.table, year.sums) for figure in (row.resident, row.seal)]
    figures += [row.total for row in (*year.table, year.sums)]
    for cost in (year.cost, year.cost_forecast):
        figures += [cost.share, cost.commission, cost.operation, cost.total, cost.per_paper]
    assert [figure for figure in figures if f"{figure:,}" not in told] == []
    assert [row.share for row in year.table if f"{row.share}%" not in told] == []
    assert "…" not in told


def test_the_pictures_are_of_the_figures() -> None:
    year = year_of(stated())
    for picture, told in ((months_picture(year), "14</text>"), (places_picture(year), "68.8%")):
        assert told in picture
        assert as_png(picture).startswith(PNG)
