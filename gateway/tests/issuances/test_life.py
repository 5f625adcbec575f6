"""The table of transitions: every walk through it, and what each walk books."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from gateway.issuances.life import (
    ENDED,
    EVENTS,
    TRANSITIONS,
    Cause,
    Guard,
    NotAllowed,
    State,
    may_move,
    mermaid,
    transition,
)
from gateway.metering.rules import Sale, Transfer, on_completed, on_paid, on_voided
from madoguchi_wire.reports import Money

SALE = Sale(municipality="122033", chain="tokiwa", fee=250, commission=120)
DESIGN = {
    None: {"accepted"},
    "accepted": {"prepared", "refused", "expired", "quarantined"},
    "prepared": {"delivered", "expired", "quarantined"},
    "delivered": {"paid", "voided", "in_doubt", "quarantined"},
    "paid": {"completed", "voided", "in_doubt", "quarantined"},
    "in_doubt": {"completed", "voided", "quarantined"},
    "quarantined": {"completed", "voided"},
}
"""Design §3, spelled once more."""


def _walks(walk: tuple[State, ...] = (State.ACCEPTED,)) -> Iterator[tuple[State, ...]]:
    """Every walk from `accepted` to an end; the table has no cycles, so they are finite."""
    nexts = {row.target for row in TRANSITIONS if row.source is walk[-1]}
    if not nexts:
        yield walk
    for state in nexts:
        if not _is_barred(walk, state):
            yield from _walks((*walk, state))


def _is_barred(walk: tuple[State, ...], target: State) -> bool:
    rows = [row for row in TRANSITIONS if (row.source, row.target) == (walk[-1], target)]
    return all(row.guard is Guard.WAS_PAID for row in rows) and State.PAID not in walk


def _booked(walk: tuple[State, ...], money: Money) -> list[Transfer]:
    booked: list[Transfer] = []
    for _, target in pairwise((None, *walk)):
        if target is State.PAID:
            booked.extend(on_paid(SALE))
        if target is State.COMPLETED:
            booked.extend(on_completed(SALE))
        if target is State.VOIDED:
            booked.extend(on_voided(SALE, money, deposited=State.PAID in walk))
    return booked


def test_the_table_is_the_designs() -> None:
    table: dict[str | None, set[str]] = {}
    for row in TRANSITIONS:
        table.setdefault(row.source and row.source.value, set()).add(row.target.value)
    assert table == DESIGN


def test_nothing_leaves_an_end_and_everything_can_reach_one() -> None:
    sources = {row.source for row in TRANSITIONS}
    assert set(State) - ENDED == sources - {None}
    assert {walk[-1] for walk in _walks()} == ENDED


def test_only_a_named_person_leaves_quarantine() -> None:
    leaving = [row for row in TRANSITIONS if row.source is State.QUARANTINED]
    assert {row.cause for row in leaving} == {Cause.PERSON}
    assert not may_move(State.QUARANTINED, State.VOIDED, Cause.REPORT)


def test_only_what_was_paid_completes() -> None:
    for walk in _walks():
        assert State.COMPLETED not in walk or State.PAID in walk


def test_a_deadline_never_touches_money() -> None:
    for row in TRANSITIONS:
        if row.cause is Cause.DEADLINE:
            assert row.target in {State.EXPIRED, State.IN_DOUBT}
        if row.target is State.EXPIRED:
            assert row.source in {State.ACCEPTED, State.PREPARED}


def test_what_the_table_lacks_is_refused() -> None:
    for source in [None, *State]:
        for target in State:
            for cause in Cause:
                if may_move(source, target, cause):
                    assert transition(source, target, cause).target is target
                else:
                    with pytest.raises(NotAllowed):
                        transition(source, target, cause)


def test_each_state_has_an_event_of_its_own() -> None:
    assert len(set(EVENTS.values())) == len(State) == len(EVENTS)


@pytest.mark.parametrize("money", list(Money))
def test_every_walk_leaves_the_accounts_as_its_end_says(money: Money) -> None:
    for walk in _walks():
        balance: dict[str, int] = {}
        purposes: list[str] = []
        for transfer in _booked(walk, money):
            balance[transfer.debit] = balance.get(transfer.debit, 0) + transfer.yen
            balance[transfer.credit] = balance.get(transfer.credit, 0) - transfer.yen
            purposes.append(transfer.purpose)
        assert sum(balance.values()) == 0
        assert len(purposes) == len(set(purposes)), "each purpose books once"
        held = balance.get("cash:tokiwa", 0)
        deposits = balance.get("deposits:122033", 0)
        if walk[-1] is State.COMPLETED:
            assert (held, deposits) == (250, 0)
            assert balance["owed_to_municipality:122033"] == -250
            assert balance["owed_to_chain:tokiwa"] == -120
        elif walk[-1] is State.VOIDED and State.PAID in walk:
            expected = {
                Money.REFUNDED: (0, 0),
                Money.KEPT: (250, 0),
                Money.NOT_TAKEN: (250, -250),
            }
            assert (held, deposits) == expected[money]
        elif walk[-1] is State.VOIDED:
            assert (held, deposits) == ((250, 0) if money is Money.KEPT else (0, 0))
        else:
            assert balance == {}


def test_the_drawing_shows_every_row() -> None:
    drawn = mermaid().splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert sum("-->" in line for line in drawn) == len(TRANSITIONS) + len(ENDED)


def test_the_drawing_in_the_documentation_is_the_tables() -> None:
    page = (Path(__file__).parents[3] / "docs" / "architecture.md").read_text("utf-8")
    drawn = page.split("<!-- life:begin -->")[1].split("<!-- life:end -->")[0]
    assert drawn.strip() == f"```mermaid\n{mermaid()}```", "paste `python -m gateway life` there"
