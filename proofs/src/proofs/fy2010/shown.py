"""What is printed: the table in the seed's form, and what a paper cost."""

from collections.abc import Iterator

from rich.table import Table

from proofs.fy2010.report import Cost, Report, Row, Year


def places_table(year: Year) -> Table:
    """Return 交付場所別枚数 as the seed has it: kinds by places, with 計 and 構成比."""
    table = Table(title="市川市 平成22年度 交付場所別枚数 (枚)", collapse_padding=True)
    table.add_column("", no_wrap=True)
    rows: tuple[Row, ...] = (*year.table, year.sums)
    for row in rows:
        heading = row.place.replace("都", "都\n").replace("他", "他\n")
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_row("住民票", *(f"{row.resident:,}" for row in rows))
    table.add_row("印鑑", *(f"{row.seal:,}" for row in rows))
    table.add_section()
    table.add_row("計", *(f"{row.total:,}" for row in rows))
    table.add_row("構成比", *(f"{row.share:.1f}%" for row in year.table), "")
    return table


def cost_table(year: Year) -> Table:
    """Return ランニングコスト: the seed's forecast beside what the statements say."""
    table = Table(title="ランニングコスト, yen a year", collapse_padding=True)
    for column in ("", "seed's forecast", "replayed"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for name, of_forecast, of_real in _costs(year.cost_forecast, year.cost):
        table.add_row(name, f"{of_forecast:,}", f"{of_real:,}")
    return table


def _costs(forecast: Cost, real: Cost) -> Iterator[tuple[str, int, int]]:
    yield "負担金 share, to the centre", forecast.share, real.share
    yield "発行手数料 commissions, to stores", forecast.commission, real.commission
    yield (
        "運用委託料 operation (as in the seed)",
        forecast.operation,
        real.operation,
    )
    yield "計 sum", forecast.total, real.total
    yield f"of {real.papers:,} papers, each", forecast.per_paper, real.per_paper


def words(report: Report) -> Iterator[str]:
    """Yield what else is to be said."""
    yield (
        f"{report.issuances:,} papers, fees {report.fees:,} yen, commissions"
        f" {report.commission:,} yen (forecast {report.forecast_commission:,})"
    )
    yield (
        f"{report.days} days in {report.seconds:.0f} s, {report.papers_per_second:.1f} papers a"
        f" second; terminals were busy for {report.serving_seconds:.0f} s of them"
    )
    yield from (f"differs: {one}" for one in report.differences)
    yield f"the history checker found {report.faults} faults"
    yield "holds" if report.holds else "DOES NOT HOLD"
