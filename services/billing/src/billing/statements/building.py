"""Puts a party's facts in order: lines, sums, and who pays whom how much."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import count
from typing import TypeVar

from madoguchi_wire.errors import LedgerUnexplained

from billing.rules.owed import sides_of, still_open, sums_of
from billing.rules.periods import Period
from billing.rules.tax import rate_on
from billing.statements.reading import Facts, Papers, Summed
from billing.statements.statement import (
    VERSION,
    Bearer,
    ClaimLine,
    ClaimPaidLine,
    ClaimReturnedLine,
    CommissionLine,
    DayLine,
    FeeLine,
    LateLine,
    OwnLossLine,
    Party,
    PlaceLine,
    RefundLine,
    Role,
    Statement,
    Totals,
    statement_number,
)

_K = TypeVar("_K", date, tuple[str, str], tuple[str, str, str], tuple[str, str, str, int])
"""What papers are grouped and ordered by."""
_REFUNDS = {
    "refund_by_chain": Bearer.CHAIN,
    "refund_by_municipality": Bearer.MUNICIPALITY,
}


def build(period: str, party: Party, issued_on: date, facts: Facts) -> Statement:
    """Return the statement.

    Raises:
        LedgerUnexplained: of commissions no tax is booked.

    """
    number = count(1)
    lines = tuple(_fees(facts, number))
    commissions = tuple(_commissions(facts, number))
    refunds = tuple(_refunds(facts, number))
    claims = tuple(
        ClaimLine(line=next(number), counterpart=_named(one), papers=one.number, yen=one.yen)
        for one in sorted(facts.claims, key=_named)
        if one.purpose == "claims_on"
    )
    losses = tuple(
        OwnLossLine(line=next(number), counterpart=_named(one), papers=one.number, yen=one.yen)
        for one in sorted(facts.claims, key=_named)
        if one.purpose == "lost" and party.role is Role.MUNICIPALITY
    )
    paid = tuple(
        ClaimPaidLine(line=next(number), counterpart=counterpart, papers=papers, yen=yen)
        for counterpart, papers, yen in _moved(facts, "claim_passed_on")
    )
    returned = tuple(
        ClaimReturnedLine(line=next(number), counterpart=counterpart, papers=papers, yen=yen)
        for counterpart, papers, yen in _moved(facts, "claim_taken_back")
    )
    late = tuple(_late(period, facts, number))
    by_place = tuple(_places(party.role, facts, number))
    by_day = tuple(
        DayLine(line=next(number), day=day, papers=papers, yen=yen)
        for day, papers, yen in _grouped(facts, lambda one: one.accepted_on)
    )
    return Statement(
        number=statement_number(period, party.role, party.code),
        period=period,
        party=party,
        issued_on=issued_on,
        settlement="net" if any(one.purpose == "set_off" for one in facts.summed) else "gross",
        lines=lines,
        by_day=by_day,
        by_place=by_place,
        commissions=commissions,
        refunds=refunds,
        claims=claims,
        own_losses=losses,
        claims_paid=paid,
        claims_returned=returned,
        late=late,
        totals=_totals(party.role, facts, commissions, refunds),
        version=VERSION,
    )


def _named(one: Summed) -> str:
    return one.counterpart or ""


def _grouped(facts: Facts, key: Callable[[Papers], _K]) -> Iterator[tuple[_K, int, int]]:
    """Return papers and fees by a key, in its order."""
    groups: dict[_K, list[int]] = defaultdict(lambda: [0, 0])
    for one in facts.papers:
        sums = groups[key(one)]
        sums[0] += one.papers
        sums[1] += one.papers * one.fee
    for found, (papers, yen) in sorted(groups.items()):
        yield found, papers, yen


def _fees(facts: Facts, number: "count[int]") -> Iterator[FeeLine]:
    def key(one: Papers) -> tuple[str, str, str, int]:
        return one.kind, one.channel, one.counterpart, one.fee

    for (kind, channel, counterpart, price), papers, yen in _grouped(facts, key):
        yield FeeLine(
            line=next(number),
            counterpart=counterpart,
            papers=papers,
            yen=yen,
            kind=kind,
            channel=channel,
            unit_price=price,
        )


def _commissions(facts: Facts, number: "count[int]") -> Iterator[CommissionLine]:
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in facts.papers:
        if one.commission:
            found = sums[one.counterpart, rate_on(one.accepted_on)]
            found[0] += one.papers
            found[1] += one.papers * one.commission
    tax = {(_named(t), t.detail): t.yen for t in facts.summed if t.purpose == "tax"}
    for (counterpart, rate), (papers, yen) in sorted(sums.items()):
        booked = tax.get((counterpart, str(rate)))
        if booked is None:
            raise LedgerUnexplained(f"No tax at {rate} % is booked of commissions of {yen} yen.")
        yield CommissionLine(
            line=next(number),
            counterpart=counterpart,
            papers=papers,
            yen=yen,
            rate=rate,
            tax=booked,
        )


def _refunds(facts: Facts, number: "count[int]") -> Iterator[RefundLine]:
    refunds: dict[tuple[str, Bearer], list[int]] = defaultdict(lambda: [0, 0])
    for one in facts.summed:
        if one.purpose in _REFUNDS:
            found = refunds[_named(one), _REFUNDS[one.purpose]]
            found[0] += one.number
            found[1] += one.yen
    for (counterpart, bearer), (papers, yen) in sorted(refunds.items()):
        yield RefundLine(
            line=next(number), counterpart=counterpart, papers=papers, yen=yen, borne_by=bearer
        )


def _moved(facts: Facts, purpose: str) -> Iterator[tuple[str, int, int]]:
    """Return counterpart, issuances and yen of transfers."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in facts.summed:
        if one.purpose == purpose:
            found = sums[_named(one)]
            found[0] += one.number
            found[1] += one.yen
    for counterpart, (papers, yen) in sorted(sums.items()):
        yield counterpart, papers, yen


def _late(period: str, facts: Facts, number: "count[int]") -> Iterator[LateLine]:
    def key(one: Papers) -> tuple[str, str]:
        return str(Period.month_of(one.accepted_on)), one.counterpart

    for (month, counterpart), papers, yen in _grouped(facts, key):
        if month != period:
            yield LateLine(
                line=next(number), counterpart=counterpart, papers=papers, yen=yen, month=month
            )


def _places(role: Role, facts: Facts, number: "count[int]") -> Iterator[PlaceLine]:
    def key(one: Papers) -> tuple[str, str, str]:
        return one.counterpart if role is Role.CHAIN else "", one.place, one.kind

    for (counterpart, place, kind), papers, yen in _grouped(facts, key):
        yield PlaceLine(
            line=next(number),
            counterpart=counterpart or None,
            place=place,
            kind=kind,
            papers=papers,
            yen=yen,
        )


def _totals(
    role: Role,
    facts: Facts,
    commissions: Iterable[CommissionLine],
    refunds: Iterable[RefundLine],
) -> Totals:
    sums: dict[str, int] = defaultdict(int)
    for one in facts.summed:
        sums[one.purpose] += one.yen
    totals = Totals(
        papers=sum(one.papers for one in facts.papers),
        fees=sum(one.papers * one.fee for one in facts.papers),
        collected=sums["collected"],
        refunds=sum(one.yen for one in refunds if one.borne_by is Bearer.CHAIN),
        commissions=sum(one.yen for one in commissions),
        commission_tax=sum(one.tax for one in commissions),
        share=sums["share"],
        set_off=sums["set_off"],
        claims_paid=sums["claim_passed_on"],
        claims_returned=sums["claim_taken_back"],
        to_receive=0,
        to_pay=0,
    )
    owed = sums_of(role, totals)
    left = sides_of(role, still_open(owed, facts.balance))
    every = sides_of(role, owed)
    return totals.model_copy(
        update={
            "received": every.receive - left.receive,
            "paid": every.pay - left.pay,
            "to_receive": left.receive,
            "to_pay": left.pay,
        }
    )
