"""A statement as a sheet: what came in, what is owed for it, and from where each sum comes."""

from collections.abc import Iterator

from madoguchi_wire.gateway_api import Words

from billing.documents.invoice_sheet import day, exempt, span, terms
from billing.documents.sheet import Sheet, Table, words
from billing.documents.words import BEARERS, channel_words, kind_words, period_words
from billing.rules.periods import Period
from billing.statements.statement import (
    Role,
    Statement,
    Totals,
)

_LINE = words("行", "Line")
_KIND = words("種別", "Kind")
_PAPERS = words("件数", "Papers")
_FEES = words("手数料 (円)", "Fees (yen)")
_YEN = words("金額 (円)", "Yen")
_ALL = words("計", "All")
_NOTES = (
    words(
        "取扱手数料は税込です。",
        "Commissions contain consumption tax.",
    ),
    words(
        "行番号により、各金額のもとになる交付番号と監査記録までたどれます。",
        "By its line each sum can be traced to the issuances behind it and their audit events.",
    ),
)
_GROSS = words(
    "手数料と取扱手数料は相殺していません (総計予算主義、地方自治法第210条)。",
    "Fees and commissions are not set off against each other.",
)
_NET = words(
    "契約により、手数料と取扱手数料を相殺しています。",
    "By contract fees and commissions are set off against each other.",
)


def statement_sheet(statement: Statement) -> Sheet:
    """Return the sheet of a statement that the centre makes out."""
    period = Period.of(statement.period)
    totals = statement.totals
    settled = _GROSS if statement.settlement == "gross" else _NET
    return Sheet(
        title=words("証明書交付 精算書", "Statement of certificate fees"),
        number=statement.number,
        recipient=statement.party.name,
        issuer=(statement.issuer, *filter(None, [statement.issuer_address])),
        facts=(
            (words("対象", "Period"), period_words(statement.period).ja),
            (words("期間", "Days"), span(period.first_day, period.last_day)),
            (words("作成日", "Made on"), day(statement.issued_on)),
            *terms(statement.due_on, statement.pay_to),
        ),
        amounts=tuple(_amounts(totals)),
        tables=tuple(_tables(statement)),
        notes=(exempt(period.first_day), *_NOTES, settled),
    )


def _amounts(totals: Totals) -> Iterator[tuple[Words, int]]:
    """Yield what it comes to, and all that it comes from."""
    yield words("お受け取りになる額", "To receive"), totals.to_receive
    yield words("お支払いになる額", "To pay"), totals.to_pay
    yield words("手数料 (非課税)", "Fees, exempt"), totals.fees
    if totals.collected:
        yield (
            words("うち自動交付機で収納済み", "of it in the city's own machines"),
            totals.collected,
        )
    if totals.refunds:
        yield words("うち店舗が返金", "of it given back by chains"), totals.refunds
    yield words("取扱手数料 (税込)", "Commissions, with tax"), totals.commissions
    yield words("うち消費税額", "of it tax"), totals.commission_tax
    if totals.set_off:
        yield words("相殺額", "Set off"), totals.set_off
    if totals.share:
        yield words("負担金", "Yearly share"), totals.share
    if totals.claims_paid:
        yield words("取消分の入金", "Claims paid by chains"), totals.claims_paid
    if totals.claims_returned:
        yield words("取消分の返戻", "Claims returned, explained since"), totals.claims_returned
    if totals.received:
        yield words("締め時点で受取済み", "Received before the close"), totals.received
    if totals.paid:
        yield words("締め時点で支払済み", "Paid before the close"), totals.paid


def _tables(statement: Statement) -> Iterator[Table]:
    yield _fees(statement)
    yield _commissions(statement)
    yield from _others(statement)
    yield _places(statement)
    yield _days(statement)


def _fees(statement: Statement) -> Table:
    with_whom = statement.party.role is Role.MUNICIPALITY
    counterpart = words("取扱者", "Chain") if with_whom else words("市区町村", "Municipality")
    totals = statement.totals
    return Table(
        "fees",
        words("交付手数料", "Fees"),
        (
            _LINE,
            _KIND,
            words("窓口", "Channel"),
            counterpart,
            words("単価 (円)", "Price (yen)"),
            _PAPERS,
            _FEES,
        ),
        tuple(
            (
                f"{one.line}",
                kind_words(one.kind),
                channel_words(one.channel),
                statement.name_of(one.counterpart),
                one.unit_price,
                one.papers,
                one.yen,
            )
            for one in statement.lines
        ),
        (_ALL, "", "", "", "", totals.papers, totals.fees),
    )


def _commissions(statement: Statement) -> Table:
    totals = statement.totals
    return Table(
        "commissions",
        words("取扱手数料", "Commissions"),
        (
            _LINE,
            words("相手方", "With"),
            words("税率 (%)", "Rate (%)"),
            _PAPERS,
            words("金額 (円, 税込)", "Yen, with tax"),
            words("うち消費税額 (円)", "of it tax"),
        ),
        tuple(
            (
                f"{one.line}",
                statement.name_of(one.counterpart),
                one.rate,
                one.papers,
                one.yen,
                one.tax,
            )
            for one in statement.commissions
        ),
        (_ALL, "", "", "", totals.commissions, totals.commission_tax),
    )


def _others(statement: Statement) -> Iterator[Table]:
    """Yield the parts that most statements do not have."""
    if statement.totals.share:
        yield Table(
            "share",
            words("負担金", "Yearly share"),
            (words("年度", "Fiscal year"), _YEN),
            ((f"{Period.of(statement.period).fiscal_year}", statement.totals.share),),
            note=words(
                "年度の途中から参加した最初の年度は、参加した月からの月割です。",
                "Of a first year that begins later, a twelfth for each month from then on.",
            ),
        )
    if statement.refunds:
        yield Table(
            "refunds",
            words("返金", "Refunds"),
            (_LINE, words("相手方", "With"), words("負担者", "Borne by"), _PAPERS, _YEN),
            tuple(
                (
                    f"{one.line}",
                    statement.name_of(one.counterpart),
                    BEARERS[one.borne_by],
                    one.papers,
                    one.yen,
                )
                for one in statement.refunds
            ),
        )
    if statement.claims:
        yield Table(
            "claims",
            words("説明を要する取消", "Voided after delivery, unexplained"),
            (_LINE, words("相手方", "With"), _PAPERS, _YEN),
            tuple(
                (f"{one.line}", statement.name_of(one.counterpart), one.papers, one.yen)
                for one in statement.claims
            ),
            note=words(
                "説明されるまで、取扱者が市区町村に負う額です。",
                "Owed by the chain to the municipality until it is explained or paid.",
            ),
        )
    if statement.own_losses:
        yield Table(
            "own_losses",
            words("自動交付機での説明を要する取消", "At its own machines, voided and unexplained"),
            (_LINE, words("取扱者", "Run by"), _PAPERS, _YEN),
            tuple(
                (f"{one.line}", statement.name_of(one.counterpart), one.papers, one.yen)
                for one in statement.own_losses
            ),
            note=words(
                "説明されるまで、市区町村自身の損失とみなす額です。請求先はなく、上の額に含みません。",
                "A loss of its own until it is explained: nobody owes it, no sum above has it.",
            ),
        )
    yield from _settled_claims(statement)
    if statement.late:
        yield Table(
            "late",
            words("前月以前の受付分 (上記に含む)", "Late entries, in the fees above"),
            (_LINE, words("受付月", "Month"), words("相手方", "With"), _PAPERS, _YEN),
            tuple(
                (
                    f"{one.line}",
                    period_words(one.month),
                    statement.name_of(one.counterpart),
                    one.papers,
                    one.yen,
                )
                for one in statement.late
            ),
        )


def _settled_claims(statement: Statement) -> Iterator[Table]:
    for name, title, lines in (
        (
            "claims_paid",
            words("取消分の入金", "Claims paid by chains"),
            statement.claims_paid,
        ),
        (
            "claims_returned",
            words("取消分の返戻", "Claims returned, explained since"),
            statement.claims_returned,
        ),
    ):
        if lines:
            yield Table(
                name,
                title,
                (_LINE, words("相手方", "With"), _PAPERS, _YEN),
                tuple(
                    (f"{one.line}", statement.name_of(one.counterpart), one.papers, one.yen)
                    for one in lines
                ),
            )


def _places(statement: Statement) -> Table:
    """Return the seed's table (交付場所別枚数): a row for each place, a column for each kind."""
    given = statement.by_place
    numbers: dict[tuple[str | None, str], list[int]] = {}
    for line in given:
        numbers.setdefault((line.counterpart, line.place), []).append(line.line)
    kinds = list(dict.fromkeys(line.kind for line in given))
    papers = {(line.counterpart, line.place, line.kind): line.papers for line in given}
    yen = {
        key: sum(line.yen for line in given if (line.counterpart, line.place) == key)
        for key in numbers
    }
    rows = [[papers.get((*key, kind), 0) for kind in kinds] for key in numbers]
    sums = [sum(row[at] for row in rows) for at in range(len(kinds))]
    # Each municipality has its own places: a chain's statement says whose.
    of_whom = statement.party.role is Role.CHAIN
    return Table(
        "places",
        words("交付場所別", "By place"),
        (
            _LINE,
            *((words("市区町村", "Municipality"),) if of_whom else ()),
            words("交付場所", "Place"),
            *map(kind_words, kinds),
            _ALL,
            _FEES,
        ),
        tuple(
            (
                _range(numbers[key]),
                *((statement.name_of(key[0] or ""),) if of_whom else ()),
                key[1],
                *row,
                sum(row),
                yen[key],
            )
            for key, row in zip(numbers, rows, strict=True)
        ),
        (_ALL, "", *(("",) if of_whom else ()), *sums, sum(sums), sum(yen.values())),
    )


def _range(numbers: list[int]) -> str:
    """Return the numbers of a place's lines: one for each kind, in the kinds' order."""
    return f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"


def _days(statement: Statement) -> Table:
    return Table(
        "days",
        words("日別", "By day"),
        (_LINE, words("受付日", "Day"), _PAPERS, _FEES),
        tuple((f"{one.line}", day(one.day), one.papers, one.yen) for one in statement.by_day),
        (_ALL, "", statement.totals.papers, statement.totals.fees),
    )
