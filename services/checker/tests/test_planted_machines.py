"""Papers and coins that neither journal nor books explain."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName
Happenings = list[dict[str, Any]]


def _of(planted: Planted) -> tuple[str, str]:
    issuance = planted.issuance("kind = 'resident_record' AND municipality = '132047'")
    return issuance, planted.terminal_of(issuance)


def test_a_paper_that_came_out_twice(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(happenings: Happenings) -> Happenings:
        again = [one for one in happenings if one["what"] == "printed"]
        return [*happenings, *(one for one in again if one["issuance"] == issuance)]

    planted.rewrite_machine(terminal, change)
    assert planted.found() == {N.PRINTED_TWICE: {issuance}}


def test_a_paper_that_never_came_out(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(happenings: Happenings) -> Happenings:
        return [x for x in happenings if (x["what"], x["issuance"]) != ("printed", issuance)]

    planted.rewrite_machine(terminal, change)
    assert planted.found() == {N.MACHINE_DIFFERS: {issuance}}


def test_another_document_than_the_attested_one(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(happenings: Happenings) -> Happenings:
        for one in happenings:
            if (one["what"], one["issuance"]) == ("printed", issuance):
                one["sha256"] = "0" * 64
        return happenings

    planted.rewrite_machine(terminal, change)
    assert planted.found() == {N.MACHINE_DIFFERS: {issuance}}


def test_a_paper_that_came_out_past_the_journal(planted: Planted) -> None:
    _, terminal = _of(planted)
    refused = planted.sql("SELECT issuance_id::text FROM issuances WHERE state = 'refused'")[0][0]
    paper = {"what": "printed", "issuance": refused, "sha256": "0" * 64}
    planted.rewrite_machine(terminal, lambda happenings: [*happenings, paper])
    assert planted.found() == {N.MACHINE_DIFFERS: {refused}}


@pytest.mark.parametrize("in_doubt", [True, False])
def test_a_void_paper_is_out_only_with_the_tray_in_doubt(
    planted: Planted, *, in_doubt: bool
) -> None:
    """Power failed while it was printed: the staff destroy it, if the terminal says so."""
    issuance, terminal = _of(planted)

    def change(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        end = next(
            e for e in entries if (e.get("issuance"), e.get("event")) == (issuance, "completed")
        )
        at = entries.index(end)
        end["event"] = "voided"
        doubt: list[dict[str, Any]] = [{"entry": "tray_in_doubt"}] if in_doubt else []
        cleared: list[dict[str, Any]] = [{"entry": "tray_acknowledged"}] if in_doubt else []
        return [*entries[:at], *doubt, end, *cleared, *entries[at + 1 :]]

    planted.rewrite_journal(terminal, change)
    assert planted.found().get(N.MACHINE_DIFFERS, set()) == (set() if in_doubt else {issuance})


@pytest.mark.parametrize("what", ["inserted", "refunded"])
def test_coins_that_moved_twice(planted: Planted, what: str) -> None:
    issuance, terminal = _of(planted)
    coins = {"what": what, "issuance": issuance, "yen": 200}
    planted.rewrite_machine(terminal, lambda happenings: [*happenings, coins])
    assert planted.found() == {N.MONEY_DIFFERS: {issuance, terminal}}


def test_a_paper_that_came_out_before_its_money_went_in(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(happenings: Happenings) -> Happenings:
        own = [one for one in happenings if one["issuance"] == issuance]
        rest = [one for one in happenings if one["issuance"] != issuance]
        return [*sorted(own, key=lambda one: one["what"] != "printed"), *rest]

    planted.rewrite_machine(terminal, change)
    assert planted.found() == {N.MACHINE_OUT_OF_ORDER: {issuance}}


@pytest.mark.parametrize(("what", "minutes"), [("inserted", 1), ("printed", -1)])
def test_hands_that_moved_at_another_time_than_was_reported(
    planted: Planted, what: str, minutes: int
) -> None:
    issuance, terminal = _of(planted)

    def change(happenings: Happenings) -> Happenings:
        for one in happenings:
            if (one["what"], one["issuance"]) == (what, issuance):
                moved = datetime.fromisoformat(one["at"]) + timedelta(minutes=minutes)
                one["at"] = moved.isoformat()
        return happenings

    planted.rewrite_machine(terminal, change)
    assert planted.found() == {N.MACHINE_OUT_OF_ORDER: {issuance}}


def test_a_fee_that_was_handed_back_with_the_paper(planted: Planted) -> None:
    """Sums that agree: the same coins are taken for nothing elsewhere."""
    issuance, terminal = _of(planted)
    refused = planted.sql("SELECT issuance_id::text FROM issuances WHERE state = 'refused'")[0][0]
    back = {"what": "refunded", "issuance": issuance, "yen": 200}
    taken = {"what": "inserted", "issuance": refused, "yen": 200}
    planted.rewrite_machine(terminal, lambda happenings: [*happenings, back, taken])
    assert planted.found() == {N.MONEY_DIFFERS: {issuance, refused}}


def test_another_amount_than_the_fee(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(happenings: Happenings) -> Happenings:
        for one in happenings:
            if (one["what"], one["issuance"]) == ("inserted", issuance):
                one["yen"] += 50
        return happenings

    planted.rewrite_machine(terminal, change)
    assert planted.found() == {N.MONEY_DIFFERS: {issuance, terminal}}


def test_a_paper_in_the_tray_that_no_machine_printed(planted: Planted) -> None:
    refused = planted.sql("SELECT issuance_id::text FROM issuances WHERE state = 'refused'")[0][0]
    planted.paper(refused).write_bytes(planted.paper(planted.issuance()).read_bytes())
    found = planted.found()
    assert found[N.MACHINE_DIFFERS] == {refused}
    assert found[N.PAPER_NOT_RELEASED] == {refused}
