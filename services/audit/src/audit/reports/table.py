"""A report as headed tables: what HTML, PDF and CSV alike are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.clock import JAPAN

from audit.reports.facts import Facts, Outage, Quarantine, Refusals, Stop
from audit.reports.quarter import Quarter
from audit.reports.words import (
    BEFORE,
    CAUSES,
    FEWER,
    FINDINGS,
    KINDS,
    OPEN,
    OUTAGE_ENDS,
    STATES,
    WHOLE,
    Words,
    problem_words,
    words_of,
)

Cell = Words | str | int


@dataclass(frozen=True)
class Table:
    """One part of a report."""

    name: str
    """For CSV."""
    title: Words
    columns: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Words | None = None

    def is_number(self, column: int) -> bool:
        """Tell whether a column holds numbers, which stand to the right under their head."""
        return any(isinstance(row[column], int) for row in self.rows)


def tables(facts: Facts) -> tuple[Table, ...]:
    """Return the parts of a report in their order."""
    return (_issued(facts), _ends(facts), *_refusals(facts), *_troubles(facts))


def _issued(facts: Facts) -> Table:
    rows = [
        (words_of(KINDS, kind), issued.papers, issued.yen)
        for kind, issued in sorted(facts.issued.items())
    ]
    return Table(
        "issued",
        Words("1 交付件数", "1 Certificates issued"),
        (Words("種別", "Kind"), Words("件数", "Papers"), Words("手数料 (円)", "Fees (yen)")),
        (*rows, (Words("計", "All"), facts.papers, facts.yen)),
        _tests(facts.tests),
    )


def _tests(papers: int) -> Words | None:
    if not papers:
        return None
    return Words(
        f"試験端末で作成した見本 {papers} 件は含みません。手数料はかかりません。",
        f"Without {papers} test papers (見本) of test terminals, which cost nothing.",
    )


def _ends(facts: Facts) -> Table:
    return Table(
        "other-ends",
        Words("2 交付に至らなかったもの", "2 Ended without a certificate"),
        (Words("区分", "How"), Words("件数", "Count")),
        (
            (
                Words("取消 (料金は返金等の記録あり)", "Voided (the money is recorded)"),
                facts.voided,
            ),
            (Words("期限切れ", "Expired"), facts.expired),
            (
                Words("一時的に結果不明となったもの", "Were in doubt for a time"),
                facts.in_doubt,
            ),
        ),
    )


def _refusals(facts: Facts) -> Iterator[Table]:
    rare = Words(
        "10件未満の理由は個人の特定を避けるため合算し、合計は示しません。",
        "Reasons below 10 are merged so that none points at a person; no total is told.",
    )
    columns = (Words("理由", "Reason"), Words("件数", "Count"))
    yield Table(
        "refusals",
        Words("3 交付しなかった理由", "3 Refusals by reason"),
        columns,
        _reasons(facts.refusals),
        rare,
    )
    yield Table(
        "turned-away",
        Words("4 申請の受付前に断った手続", "4 Requests refused before an issuance existed"),
        columns,
        _reasons(facts.turned_away),
        Words(
            f"{rare.ja}同じ端末で1分間に10件を超えた分と、団体が定まる前のものは含みません。",
            f"{rare.en} Left out: what went beyond ten a minute at one terminal, and what came"
            " before the municipality was known.",
        ),
    )


def _reasons(refusals: Sequence[Refusals]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (problem_words(one.reason), FEWER if one.count is None else one.count) for one in refusals
    )


def _troubles(facts: Facts) -> Iterator[Table]:
    yield Table(
        "quarantines",
        Words("5 隔離した交付と終了の経緯", "5 Quarantined issuances, and how each was closed"),
        (
            Words("交付番号", "Issuance"),
            Words("発生", "Began"),
            Words("種別", "Kind"),
            Words("理由", "Why"),
            Words("終了", "Closed"),
        ),
        tuple(_quarantine(one, facts.quarter) for one in facts.quarantines),
    )
    yield Table(
        "stops",
        Words("6 交付の停止", "6 Stops"),
        (
            Words("開始", "From"),
            Words("解除", "Until"),
            Words("範囲", "What"),
            Words("原因", "Cause"),
            Words("解除の判断", "Release"),
        ),
        tuple(_stop(one, facts.quarter) for one in facts.stops),
    )
    yield Table(
        "outages",
        Words("7 障害", "7 Outages"),
        (Words("開始", "From"), Words("回復", "Until"), Words("影響した申請", "Orders failed")),
        tuple(_outage(one) for one in facts.outages),
        Words(
            "貴団体のシステムから続けて3件以上回答がなかった時間帯です。最初の失敗から次の文書までを、"
            "期間の両端と作成時点で区切って示します。",
            "Three orders or more in a row that got no document from your system: from the first"
            " failure to the next document, cut at the quarter's edges and at when this was made.",
        ),
    )


def _quarantine(one: Quarantine, quarter: Quarter) -> tuple[Cell, ...]:
    closed: Cell = OPEN
    if one.closed is not None and one.closed_at is not None:
        how, when = words_of(STATES, one.closed), moment(one.closed_at)
        closed = Words(f"{when} {how.ja} ({one.closed_by})", f"{how.en} by {one.closed_by}")
    kind, why = words_of(KINDS, one.kind), problem_words(one.problem)
    return (one.issuance, _began(one.began, quarter), kind, why, closed)


def _stop(one: Stop, quarter: Quarter) -> tuple[Cell, ...]:
    release: Cell = OPEN
    if one.finding is not None:
        found = words_of(FINDINGS, one.finding)
        release = Words(f"{found.ja} ({one.released_by})", f"{found.en}, by {one.released_by}")
    until = OPEN if one.released is None else moment(one.released)
    cause = words_of(CAUSES, one.cause)
    return (_began(one.raised, quarter), until, one.terminal or WHOLE, cause, release)


def _outage(one: Outage) -> tuple[Cell, ...]:
    began, ended = moment(one.began), moment(one.ended)
    note = OUTAGE_ENDS.get(one.end)
    until = Words(f"{ended} ({note.ja})", note.en) if note else ended
    since = Words(f"{began} ({BEFORE.ja})", BEFORE.en) if one.began_before else began
    return (since, until, one.failed)


def _began(time: datetime, quarter: Quarter) -> Cell:
    said = moment(time)
    return Words(f"{said} ({BEFORE.ja})", BEFORE.en) if time < quarter.begins else said


def moment(time: datetime) -> str:
    """Return a moment in Japan's time, to the minute."""
    return time.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")


def texts(cell: Cell) -> Sequence[str]:
    """Return a cell's one or two texts, Japanese first."""
    if isinstance(cell, Words):
        return [cell.ja] if cell.ja == cell.en else [cell.ja, cell.en]
    return [f"{cell:,}" if isinstance(cell, int) else cell]
