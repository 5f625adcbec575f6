"""Whatever happened, honest parties are reconciled, and what one of them spoils is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from checker.evidence.billing import BilledPaper, BillingBooks
from checker.evidence.rows import Issuance, Transfer
from checker.reconciliation.model import Amount, Difference, Party, Reconciliation
from checker.reconciliation.reconcile import reconcile
from checker.reconciliation.sources import OWN_MACHINE, Sources
from checker.testing_books import Emptied, HonestDays, Served, moment
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from madoguchi_wire.reports import CashCounted, Money

FIRST = date(2012, 2, 27)
"""Before a leap day and the end of a month."""
TERMINALS = ("komorebi-1", "komorebi-2", "machikado-1", "city-1")
FACTS = ("kind", "channel", "chain", "site", "place", "commission", "tariff_version")
CITIES = ("122033", "131130")
FEES = (0, 10, 250)

days = st.integers(0, 4).map(lambda number: FIRST + timedelta(days=number))
terminals = st.sampled_from(TERMINALS)
voided = st.sampled_from([None, None, None, Money.REFUNDED, Money.KEPT, Money.NOT_TAKEN])
served = st.builds(Served, terminals, st.sampled_from(CITIES), days, st.sampled_from(FEES), voided)
emptied = st.builds(Emptied, terminals, days, st.integers(0, 600))
happened = st.lists(st.one_of(served, served, emptied), max_size=25)


@st.composite
def histories(draw: st.DrawFn) -> Sources:
    """Make days of which some are closed, and some of those paid in."""
    everything = sorted(draw(happened), key=lambda one: (one.day, one.hour))
    made = HonestDays(*everything)
    paid, last = draw(st.none() | st.tuples(days, days).map(sorted)) or (None, None)
    billing = None if last is None else made.billing(last, paid)
    return made.sources(FIRST + timedelta(days=6), billing)


@given(histories())
def test_honest_parties_are_reconciled_and_every_row_adds_up(sources: Sources) -> None:
    found = reconcile(sources)
    assert found.differences == ()
    assert found.reconciled
    assert_rows_add_up(found)
    voided = {
        one.issuance_id: one.channel == OWN_MACHINE
        for one in sources.books.issuances
        if one.state == "voided"
    }
    assert {one.issuance: one.own_machine for one in found.owed} == voided


def assert_rows_add_up(found: Reconciliation) -> None:
    """What a party has, and what it is excused of, is what was completed."""
    for row in found.rows:
        for party in Party:
            amount = getattr(row, party)
            if amount is None:
                continue
            excused = [
                one.amount
                for one in found.excused
                if (one.party, one.day, one.municipality) == (party, row.day, row.municipality)
            ]
            own = [row.own_machines] if party is Party.PAID_IN else []
            assert row.completed == _sum([amount, *excused, *own]), (party, row)


def _sum(amounts: list[Amount]) -> Amount:
    return Amount(papers=sum(one.papers for one in amounts), yen=sum(one.yen for one in amounts))


Said = set[tuple[Party, Difference, int, str]]
"""Party, how it differs, by how many yen, and the issuance, chain or machine that is named."""
Spoil = Callable[[Sources, Issuance], tuple[Sources, Said]]


def said(found: Reconciliation) -> Said:
    return {
        (one.party, one.difference, one.yen, one.issuance or one.terminal or one.chain or "")
        for one in found.differences
    }


def a_lost_record(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    kept = tuple(one for one in sources.books.metering if one.issuance_id != paper.issuance_id)
    spoiled = replace(sources, books=replace(sources.books, metering=kept))
    return spoiled, {(Party.METERED, Difference.LACKS, -paper.fee, paper.issuance_id)}


def a_second_record(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    records = sources.books.metering
    again = tuple(one for one in records if one.issuance_id == paper.issuance_id)
    spoiled = replace(sources, books=replace(sources.books, metering=records + again))
    return spoiled, {(Party.METERED, Difference.HAS_TWICE, paper.fee, paper.issuance_id)}


def a_dearer_record(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    records = tuple(
        replace(one, yen=one.yen + 1) if one.issuance_id == paper.issuance_id else one
        for one in sources.books.metering
    )
    spoiled = replace(sources, books=replace(sources.books, metering=records))
    return spoiled, {(Party.METERED, Difference.OTHER_YEN, 1, paper.issuance_id)}


def a_record_of_another_day(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    day = paper.accepted_on + timedelta(days=1)
    records = tuple(
        replace(one, accepted_on=day) if one.issuance_id == paper.issuance_id else one
        for one in sources.books.metering
    )
    spoiled = replace(sources, books=replace(sources.books, metering=records))
    return spoiled, {(Party.METERED, Difference.ELSEWHERE, 0, paper.issuance_id)}


def _ledger(sources: Sources, rows: tuple[Transfer, ...]) -> Sources:
    return replace(sources, books=replace(sources.books, transfers=rows))


def _changed(sources: Sources, paper: Issuance, purpose: str, **changed: Any) -> Sources:
    """Change the one row of the ledger that a paper has for a purpose."""
    rows = tuple(
        replace(one, **changed)
        if (one.issuance_id, one.purpose) == (paper.issuance_id, purpose)
        else one
        for one in sources.books.transfers
    )
    return _ledger(sources, rows)


def a_lost_row_of_the_ledger(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    rows = tuple(
        one
        for one in sources.books.transfers
        if (one.issuance_id, one.purpose) != (paper.issuance_id, "fee_deposited")
    )
    lost: Said = {(Party.BOOKED, Difference.LACKS, -paper.fee, paper.issuance_id)}
    return _ledger(sources, rows), lost if paper.fee else set()


def a_dearer_row_of_the_ledger(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    spoiled = _changed(sources, paper, "fee_earned", yen=paper.fee + 1)
    return spoiled, {(Party.BOOKED, Difference.OTHER_YEN, 1, paper.issuance_id)}


def a_fee_booked_to_somebody_else(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    spoiled = _changed(sources, paper, "fee_earned", credit_account="owed_to_chain:komorebi")
    return spoiled, {(Party.BOOKED, Difference.OTHER_ACCOUNTS, 0, paper.issuance_id)}


def a_row_of_another_day(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    day = paper.accepted_on + timedelta(days=1)
    spoiled = _changed(sources, paper, "fee_earned", accepted_on=day)
    return spoiled, {(Party.BOOKED, Difference.ELSEWHERE, 0, paper.issuance_id)}


def a_row_that_is_booked_twice(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    rows = sources.books.transfers
    again = tuple(
        one for one in rows if (one.issuance_id, one.purpose) == (paper.issuance_id, "fee_earned")
    )
    twice: Said = {(Party.BOOKED, Difference.HAS_TWICE, paper.fee, paper.issuance_id)}
    return _ledger(sources, rows + again), twice


def an_invented_row_of_the_ledger(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    nobody = "00000000-0000-4000-8000-000000000000"
    owed = f"owed_to_municipality:{paper.municipality}"
    where = nobody, paper.municipality, paper.accepted_on
    invented = Transfer(*where, "fee_earned", f"deposits:{paper.municipality}", owed, 99_999)
    more: Said = {(Party.BOOKED, Difference.HAS_MORE, 99_999, nobody)}
    return _ledger(sources, (*sources.books.transfers, invented)), more


def a_lost_event(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    lines = [one for one in sources.stream if paper.issuance_id.encode() not in one]
    lost = {(Party.AUDITED, Difference.LACKS, -paper.fee, paper.issuance_id)}
    return replace(sources, stream=lines), lost


def an_event_that_came_twice(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    again = [one for one in sources.stream if paper.issuance_id.encode() in one]
    twice = {(Party.AUDITED, Difference.HAS_TWICE, paper.fee, paper.issuance_id)}
    return replace(sources, stream=[*sources.stream, *again]), twice


def a_lost_report(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    kept = [
        one
        for one in sources.reports
        if (one.issuance, one.body.event) != (paper.issuance_id, "completed")
    ]
    lost = {(Party.REPORTED, Difference.LACKS, -paper.fee, paper.issuance_id)}
    return replace(sources, reports=kept), lost


def a_report_by_another_machine(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    spoiled, lost = a_lost_report(sources, paper)
    (report,) = [one for one in sources.reports if one not in spoiled.reports]
    elsewhere = report.model_copy(update={"terminal": "elsewhere-1", "sequence": 1})
    return replace(spoiled, reports=[*spoiled.reports, elsewhere]), lost


def a_bill_for_nothing(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    billing = sources.books.billing or BillingBooks()
    nobody = "00000000-0000-4000-8000-000000000000"
    (record,) = [one for one in sources.books.metering if one.issuance_id == paper.issuance_id]
    facts = {name: getattr(record, name) for name in (*FACTS, "municipality", "accepted_on")}
    period = f"{paper.accepted_on:%Y-%m}"
    invented = BilledPaper(issuance_id=nobody, fee=300, period=period, **facts)
    billing = replace(billing, papers=(*billing.papers, invented))
    spoiled = replace(sources, books=replace(sources.books, billing=billing))
    return spoiled, {(Party.BILLED, Difference.HAS_MORE, 300, nobody)}


def a_bill_in_a_far_month(sources: Sources, _paper: Issuance) -> tuple[Sources, Said]:
    billing = sources.books.billing
    if billing is None or not billing.papers:
        return sources, set()
    first, *others = billing.papers
    far = replace(billing, papers=(replace(first, period="2030-01"), *others))
    spoiled = replace(sources, books=replace(sources.books, billing=far))
    return spoiled, {(Party.BILLED, Difference.ELSEWHERE, 0, first.issuance_id)}


def coins_in_a_pocket(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    """From the paper's own count on, ten yen are missing at each."""
    (at,) = [
        one.sequence
        for one in sources.reports
        if (one.issuance, one.body.event) == (paper.issuance_id, "paid")
    ]
    reports = list(sources.reports)
    counted = False
    for place, one in enumerate(reports):
        if (
            one.terminal == paper.terminal
            and isinstance(one.body, CashCounted)
            and one.sequence > at
        ):
            less = CashCounted.model_construct(yen=one.body.yen - 10)
            reports[place] = one.model_copy(update={"body": less})
            counted = True
    missing: Said = {(Party.COUNTED, Difference.COINS, -10, paper.terminal)}
    return replace(sources, reports=reports), missing if counted else set()


def one_wrong_pay_in(sources: Sources, _paper: Issuance) -> tuple[Sources, Said]:
    billing = sources.books.billing
    if billing is None or not billing.pay_ins:
        return sources, set()
    first, *others = billing.pay_ins
    wrong = replace(billing, pay_ins=(replace(first, yen=first.yen + 7), *others))
    spoiled = replace(sources, books=replace(sources.books, billing=wrong))
    return spoiled, {(Party.PAID_IN, Difference.SUM, 7, first.chain)}


def a_claim_that_nobody_makes(sources: Sources, _paper: Issuance) -> tuple[Sources, Said]:
    billing = sources.books.billing
    if billing is None or not billing.claimed:
        return sources, set()
    where = min(billing.claimed)
    spoiled = _claiming(sources, billing.claimed - {where})
    return spoiled, {(Party.BILLED, Difference.LACKS, -sources.issuances[where].fee, where)}


def a_claim_for_a_paper_that_counts(sources: Sources, paper: Issuance) -> tuple[Sources, Said]:
    billing, where = sources.books.billing or BillingBooks(), paper.issuance_id
    spoiled = _claiming(sources, billing.claimed | {where})
    return spoiled, {(Party.BILLED, Difference.HAS_MORE, paper.fee, where)}


def _claiming(sources: Sources, claimed: frozenset[str]) -> Sources:
    billing = replace(sources.books.billing or BillingBooks(), claimed=claimed)
    return replace(sources, books=replace(sources.books, billing=billing))


def _otherwise(one: Any, name: str) -> Any:
    """Return one with another value of a fact, of the same type."""
    told = getattr(one, name)
    return replace(one, **{name: told + 380 if isinstance(told, int) else f"{told}x"})


def an_issuance_of_another(
    name: str, sources: Sources, paper: Issuance, parties: set[Party]
) -> tuple[Sources, Said]:
    """Change a fact of an issuance, and with it what all but these parties have."""
    books, where = sources.books, paper.issuance_id

    def changed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(_otherwise(one, name) if one.issuance_id == where else one for one in rows)

    issuances = changed(books.issuances)
    metering = books.metering if Party.METERED in parties else changed(books.metering)
    billing = books.billing
    told: Said = {(one, Difference.OTHER_FACTS, 0, where) for one in parties}
    if billing is not None and Party.BILLED not in parties:
        billing = replace(billing, papers=changed(billing.papers))
    elif billing is None or where not in {one.issuance_id for one in billing.papers}:
        told -= {(Party.BILLED, Difference.OTHER_FACTS, 0, where)}
    spoiled = replace(books, issuances=issuances, metering=metering, billing=billing)
    return replace(sources, books=spoiled), told


SPOILS = (
    a_lost_record,
    a_second_record,
    a_dearer_record,
    a_record_of_another_day,
    a_lost_row_of_the_ledger,
    a_dearer_row_of_the_ledger,
    a_fee_booked_to_somebody_else,
    a_row_of_another_day,
    a_row_that_is_booked_twice,
    an_invented_row_of_the_ledger,
    a_lost_event,
    an_event_that_came_twice,
    a_lost_report,
    a_report_by_another_machine,
    a_bill_for_nothing,
    a_bill_in_a_far_month,
    coins_in_a_pocket,
    one_wrong_pay_in,
    a_claim_that_nobody_makes,
    a_claim_for_a_paper_that_counts,
)


@pytest.mark.parametrize("spoil", SPOILS)
@settings(max_examples=25)
@given(sources=histories(), data=st.data())
def test_what_one_party_spoils_is_named_and_nothing_else(
    spoil: Spoil, sources: Sources, data: st.DataObject
) -> None:
    papers = [one for one in sources.books.issuances if one.state == "completed"]
    assume(papers)
    spoiled, expected = spoil(sources, data.draw(st.sampled_from(papers)))
    found = reconcile(spoiled)
    assert said(found) == expected
    assert found.reconciled == (not expected)


@pytest.mark.parametrize("name", FACTS)
@settings(max_examples=10)
@given(sources=histories(), data=st.data())
def test_a_fact_that_is_another_than_the_events_have_published_is_named(
    name: str, sources: Sources, data: st.DataObject
) -> None:
    """Whoever changes it at the gateway, and on the bill too, does not change what is published."""
    papers = [one for one in sources.books.issuances if one.state == "completed"]
    assume(papers)
    paper = data.draw(st.sampled_from(papers))
    honest = {Party.AUDITED, *data.draw(st.sets(st.sampled_from([Party.METERED, Party.BILLED])))}
    spoiled, expected = an_issuance_of_another(name, sources, paper, honest)
    found = {one for one in said(reconcile(spoiled)) if one[1] is Difference.OTHER_FACTS}
    assert found == expected


@given(histories())
def test_whatever_is_still_missing_is_late_when_the_next_month_is_over(sources: Sources) -> None:
    before = reconcile(sources)
    found = reconcile(replace(sources, now=moment(date(2012, 5, 1))))
    late = {(one.party, one.day, one.municipality) for one in found.differences}
    assert {(one.party, one.day, one.municipality) for one in before.excused} <= late
    assert found.excused == ()
    owed = [one for one in found.differences if one.difference is Difference.NOT_EXPLAINED]
    assert {one.issuance for one in owed} == {one.issuance for one in found.owed}
    unrecorded = {
        (one.terminal, one.day, -one.reported_yen)
        for one in before.collections
        if one.arrived_yen is None and sources.books.billing is not None
    }
    assert unrecorded == {
        (one.terminal, one.day, one.yen)
        for one in found.differences
        if one.party is Party.COUNTED and "no arrival" in one.what
    }


@given(st.lists(st.integers(1, 250), min_size=1, max_size=5), st.data())
def test_what_did_not_arrive_or_was_not_recorded_is_named_by_machine_and_day(
    taken: list[int], data: st.DataObject
) -> None:
    """On each day a city's own machine sells a paper, and is emptied of some coins."""
    dates = [FIRST + timedelta(days=number) for number in range(len(taken))]
    happened: list[Served | Emptied] = []
    for day, yen in zip(dates, taken, strict=True):
        happened += [Served("city-1", CITIES[0], day), Emptied("city-1", day, yen)]
    made = HonestDays(*happened)
    billing, today = made.billing(dates[-1], dates[-1]), dates[-1] + timedelta(days=1)
    assert reconcile(made.sources(today, billing)).differences == ()
    which = data.draw(st.integers(0, len(taken) - 1))
    one, others = billing.arrivals[which], [*billing.arrivals]
    lost = data.draw(st.integers(1, one.yen))
    others[which] = replace(one, yen=one.yen - lost)
    found = reconcile(made.sources(today, replace(billing, arrivals=tuple(others))))
    assert said(found) == {(Party.COUNTED, Difference.ARRIVED, -lost, "city-1")}
    assert [(x.day, x.municipality) for x in found.differences] == [(one.day, CITIES[0])]
    del others[which]
    found = reconcile(made.sources(today, replace(billing, arrivals=tuple(others))))
    passed_over = which < len(taken) - 1
    late = {(Party.COUNTED, Difference.LATE, -one.yen, "city-1")}
    assert said(found) == (late if passed_over else set())
    assert [x.day for x in found.collections if x.arrived_yen is None] == [one.day]


def test_coins_that_arrived_and_that_no_report_tells_are_named_on_the_second_day_after() -> None:
    """Until then the report may be on its way: the gateway was away."""
    made = HonestDays(Served("city-1", CITIES[0], FIRST), Emptied("city-1", FIRST, taken=100))
    billing = made.billing(FIRST, FIRST)
    for days, expected in ((0, set[int]()), (1, set[int]()), (2, {100})):
        sources = made.sources(FIRST + timedelta(days=days), billing)
        told = [one for one in sources.reports if one.body.event != "cash_collected"]
        found = reconcile(replace(sources, reports=told))
        arrived = [one for one in found.differences if one.difference is Difference.ARRIVED]
        assert {one.yen for one in arrived} == expected


def test_a_day_that_a_chain_passed_over_is_late() -> None:
    first, second = (
        Served("komorebi-1", CITIES[0], FIRST + timedelta(days=number), 250) for number in (0, 1)
    )
    made, until = HonestDays(first, second), FIRST + timedelta(days=1)
    billing = made.billing(until, until)
    passed_over = replace(billing, pay_ins=billing.pay_ins[1:])
    found = reconcile(made.sources(until + timedelta(days=2), passed_over))
    assert said(found) == {(Party.PAID_IN, Difference.LATE, -250, "komorebi")}
