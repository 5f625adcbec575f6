"""`var/fy2010/report.json`: the year as the statements say it, beside the seed's own figures."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from billing.statements.statement import Statement
from madoguchi_wire.order import Kind
from pydantic import BaseModel, ConfigDict

from proofs.fy2010.run import Ran, Wanted
from proofs.fy2010.seed import COMMISSION, FORECAST_COMMISSIONS, OPERATION, PLACES, SHARE, Place


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Row(_Part):
    """A place."""

    place: str
    resident: int
    """住民票, papers."""
    seal: int
    """印鑑, papers."""
    total: int
    share: float
    """構成比: percent of all papers with one decimal, halves up, as the seed computes it."""


class Month(_Part):
    """Papers of a month."""

    month: str
    resident: int
    seal: int


class Cost(_Part):
    """What a year costs the city, in yen, and each paper of it."""

    share: int
    """負担金, to the centre."""
    commission: int
    """発行手数料, to the stores' chains."""
    operation: int
    """運用委託料."""
    total: int
    papers: int
    per_paper: int
    """Rounded to whole yen, halves up."""


class Year(_Part):
    """What the statements of a year's months say together."""

    table: tuple[Row, ...]
    sums: Row
    months: tuple[Month, ...]
    issuances: int
    fees: int
    """Yen."""
    commission: int
    """Yen, consumption tax included."""
    forecast_commission: int
    """The seed's."""
    cost_forecast: Cost
    """With the seed's forecast of commissions: its 9,500,000 yen."""
    cost: Cost
    """With the share and the commissions of the statements."""


class Report(Year):
    """All of it."""

    seed: int
    seconds: float
    """From the first jump of the clock to the last statement, with all jumps and closings."""
    papers_per_second: float
    serving_seconds: float
    """Of them, while people stood at terminals."""
    jumping_seconds: float
    """Of them, while the clock waited for what was under way, and until all had followed."""
    days: int
    cardholders: int
    begun_again: int
    """Visits that did not get their papers at once, and came again."""
    trust_lists: int
    differences: tuple[str, ...]
    """Places, commissions or a share whose figures are not the seed's."""
    faults: int
    """That the history checker found."""
    holds: bool
    """No difference, and no fault."""


def year_of(statements: Sequence[Statement], places: Sequence[Place] = PLACES) -> Year:
    """Return what a municipality's statements say of the places; one that nobody named, too."""
    papers = Counter[tuple[str, str]]()
    for line in (line for one in statements for line in one.by_place):
        papers[line.place, line.kind] += line.papers
    others = {place for place, _ in papers} - {one.label for one in places}
    labels = [*(one.label for one in places), *sorted(others)]
    total = papers.total()
    rows = tuple(_row(label, [label], papers, total) for label in labels)
    commission = sum(one.totals.commissions for one in statements)
    return Year(
        table=rows,
        sums=_row("合計", labels, papers, total),
        months=tuple(_month(one) for one in statements),
        issuances=total,
        fees=sum(one.totals.fees for one in statements),
        commission=commission,
        forecast_commission=FORECAST_COMMISSIONS,
        cost_forecast=_cost(SHARE, FORECAST_COMMISSIONS, total),
        cost=_cost(sum(one.totals.share for one in statements), commission, total),
    )


def report_of(wanted: Wanted, ran: Ran) -> Report:
    """Return the report of a replay."""
    year, replayed = year_of(ran.statements, wanted.places), ran.replayed
    found = differences(year, wanted.places)
    return Report(
        **dict(year),
        seed=wanted.seed,
        seconds=round(ran.seconds, 1),
        papers_per_second=round(replayed.papers / ran.seconds, 1),
        serving_seconds=round(replayed.serving_s, 1),
        jumping_seconds=round(replayed.jumping_s, 1),
        days=len(wanted.days),
        cardholders=wanted.cards,
        begun_again=replayed.again,
        trust_lists=replayed.trust_lists,
        differences=found,
        faults=len(ran.verdict.faults),
        holds=ran.verdict.holds and not found,
    )


def differences(year: Year, places: Sequence[Place]) -> tuple[str, ...]:
    """Return, in words, where the statements say something else than the seed."""
    wanted = {one.label: (one.resident, one.seal) for one in places}
    found = {row.place: (row.resident, row.seal) for row in year.table}
    papers = sum(one.resident + one.seal for one in places)
    owed = {"commissions": COMMISSION * papers, "share": SHARE}
    stated = {"commissions": year.commission, "share": year.cost.share}
    return (*_unlike(found, wanted), *_unlike(stated, owed))


def _unlike(found: Mapping[str, object], wanted: Mapping[str, object]) -> Iterator[str]:
    for name in {**wanted, **found}:
        if found.get(name) != wanted.get(name):
            yield f"{name}: {found.get(name)} instead of {wanted.get(name)}"


def _row(name: str, labels: Iterable[str], papers: Counter[tuple[str, str]], of: int) -> Row:
    labels = list(labels)
    resident = sum(papers[label, Kind.RESIDENT_RECORD] for label in labels)
    seal = sum(papers[label, Kind.SEAL_REGISTRATION] for label in labels)
    both = sum(count for (place, _), count in papers.items() if place in labels)
    return Row(place=name, resident=resident, seal=seal, total=both, share=percent(both, of))


def percent(papers: int, of: int) -> float:
    """Return a share in percent with one decimal, halves up."""
    return (2000 * papers + of) // (2 * of) / 10 if of else 0.0


def _month(statement: Statement) -> Month:
    papers = Counter[str]()
    for line in statement.by_place:
        papers[line.kind] += line.papers
    return Month(
        month=statement.period,
        resident=papers[Kind.RESIDENT_RECORD],
        seal=papers[Kind.SEAL_REGISTRATION],
    )


def _cost(share: int, commission: int, papers: int) -> Cost:
    total = share + commission + OPERATION
    return Cost(
        share=share,
        commission=commission,
        operation=OPERATION,
        total=total,
        papers=papers,
        per_paper=(2 * total + papers) // (2 * papers) if papers else 0,
    )
