"""Journals of terminals that do not follow, or differ from what the gateway heard."""

from typing import Any

import pytest
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName
Entries = list[dict[str, Any]]


def _of(planted: Planted) -> tuple[str, str]:
    issuance = planted.issuance("kind = 'resident_record' AND municipality = '132047'")
    return issuance, planted.terminal_of(issuance)


def _index(entries: Entries, issuance: str, what: str, event: str | None = None) -> int:
    return next(
        index
        for index, entry in enumerate(entries)
        if entry.get("issuance") == issuance
        and entry["entry"] == what
        and entry.get("event") == event
    )


def test_a_report_that_the_journal_does_not_have(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        entries.pop(_index(entries, issuance, "report_written", "completed"))
        return entries

    planted.rewrite_journal(terminal, change)
    found = planted.found()
    assert found[N.REPORT_NOT_IN_JOURNAL] == {terminal}
    assert found[N.JOURNAL_OPEN] == {issuance}
    assert found[N.JOURNAL_OUT_OF_ORDER] == {terminal}  # the number after it follows none


def test_a_report_that_never_reached_the_gateway(planted: Planted) -> None:
    _, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        last = max(entry.get("sequence") or 0 for entry in entries)
        more = {"entry": "report_written", "sequence": last + 1, "issuance": None}
        return [*entries, more | {"event": "cash_counted", "token": "x.y.z"}]

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {N.REPORT_NOT_AT_GATEWAY: {terminal}}


SUSPENDED = "machikado-urayasu-1"


@pytest.mark.parametrize(
    ("terminal", "entry", "waits"),
    [
        (SUSPENDED, {"event": "cash_counted"}, True),
        (SUSPENDED, {"event": "voided", "issuance": "an issuance"}, False),
        ("komorebi-osaka-1", {"event": "cash_counted"}, False),
    ],
    ids=["a count", "about a paper", "of another terminal"],
)
def test_a_count_of_a_suspended_terminal_waits_and_is_no_fault(
    planted: Planted, terminal: str, entry: dict[str, Any], *, waits: bool
) -> None:
    folder = planted.installation / "terminals" / terminal
    (folder / "journal.jsonl").touch()

    def change(entries: Entries) -> Entries:
        last = max((entry.get("sequence") or 0 for entry in entries), default=0)
        more = {"entry": "report_written", "sequence": last + 1, "issuance": None, "token": "x.y.z"}
        return [*entries, more | entry]

    planted.rewrite_journal(terminal, change)
    assert (N.REPORT_NOT_AT_GATEWAY not in planted.found()) is waits


def test_a_report_with_other_bytes_than_the_gateway_has(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        entries[_index(entries, issuance, "report_written", "paid")]["token"] += "A"
        return entries

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {N.REPORT_DIFFERS: {issuance}}


@pytest.mark.parametrize("answer", [None, "issuance-unknown"])
def test_printing_without_the_answer_to_paid(planted: Planted, answer: str | None) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        paid = entries[_index(entries, issuance, "report_written", "paid")]["sequence"]
        for entry in entries:
            if entry["entry"] == "report_answered" and entry["sequence"] == paid:
                entry["refused"] = answer
        if answer is None:
            entries = [
                entry
                for entry in entries
                if entry["entry"] != "report_answered" or entry["sequence"] != paid
            ]
        return entries

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {N.PRINTED_WITHOUT_GO: {issuance}}


def _with_go(entries: Entries, paid: int | None, go: object) -> Entries:
    """Let the answer to one report, or to all, tell another go, or none as in an old journal."""
    for entry in entries:
        if entry["entry"] == "report_answered" and paid in (None, entry["sequence"]):
            entry["go"] = go
            if go is None:
                del entry["go"]
    return entries


@pytest.mark.parametrize("go", [False, None])
def test_printing_after_an_answer_that_was_no_go(planted: Planted, *, go: bool | None) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        paid = entries[_index(entries, issuance, "report_written", "paid")]["sequence"]
        return _with_go(
            [{"entry": "report_answered", "sequence": 0, "go": False}, *entries], paid, go
        )

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {N.PRINTED_WITHOUT_GO: {issuance}}


def test_a_journal_from_before_it_kept_the_go_is_read(planted: Planted) -> None:
    _, terminal = _of(planted)
    planted.rewrite_journal(terminal, lambda entries: _with_go(entries, None, None))
    assert planted.found() == {}


def test_printing_that_the_gateway_gave_no_go_for(planted: Planted) -> None:
    issuance, _ = _of(planted)
    planted.sql("UPDATE issuances SET paid_at = NULL WHERE issuance_id = $1::text::uuid", issuance)
    assert planted.found()[N.PRINTED_WITHOUT_GO] == {issuance}


def test_printing_twice(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        at = _index(entries, issuance, "printing")
        return [*entries[:at], entries[at], *entries[at:]]

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {N.PRINTED_TWICE: {issuance}}


def test_printing_after_a_restart(planted: Planted) -> None:
    """What a terminal must never do: the paper was void, and it printed it all the same."""
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        at = _index(entries, issuance, "printing")
        completed = entries.pop(_index(entries, issuance, "report_written", "completed"))
        return [*entries[:at], completed | {"event": "voided"}, *entries[at:]]

    planted.rewrite_journal(terminal, change)
    found = planted.found()
    assert found[N.PRINTED_AFTER_END] == {issuance}


def test_an_end_that_was_written_twice(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        last = max(entry.get("sequence") or 0 for entry in entries)
        end = entries[_index(entries, issuance, "report_written", "completed")]
        return [*entries, end | {"event": "voided", "sequence": last + 1}]

    planted.rewrite_journal(terminal, change)
    assert planted.found()[N.JOURNAL_OUT_OF_ORDER] == {issuance}


def test_numbers_that_do_not_follow(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        paid = _index(entries, issuance, "report_written", "paid")
        return [entries[paid], *entries[:paid], *entries[paid + 1 :]]

    planted.rewrite_journal(terminal, change)
    assert terminal in planted.found()[N.JOURNAL_OUT_OF_ORDER]


def test_a_next_customer_while_the_tray_is_in_doubt(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        at = _index(entries, issuance, "document_asked")
        return [*entries[:at], {"entry": "tray_in_doubt"}, *entries[at:]]

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {N.TRAY_NOT_CLEARED: {issuance}}


def test_a_cleared_tray_is_no_fault(planted: Planted) -> None:
    issuance, terminal = _of(planted)

    def change(entries: Entries) -> Entries:
        at = _index(entries, issuance, "document_asked")
        cleared = [{"entry": "tray_in_doubt"}, {"entry": "tray_acknowledged"}]
        return [*entries[:at], *cleared, *entries[at:]]

    planted.rewrite_journal(terminal, change)
    assert planted.found() == {}


def test_a_journal_that_cannot_be_read(planted: Planted) -> None:
    _, terminal = _of(planted)
    path = planted.installation / "terminals" / terminal / "journal.jsonl"
    path.write_bytes(b"{not JSON}\n" + path.read_bytes())
    assert planted.found() == {N.JOURNAL_UNREADABLE: {terminal}}


def test_a_last_line_that_a_power_cut_left_is_no_fault(planted: Planted) -> None:
    _, terminal = _of(planted)
    path = planted.installation / "terminals" / terminal / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b'{"entry":"prin')
    assert planted.found() == {}


def test_a_report_of_another_terminals_issuance(planted: Planted) -> None:
    issuance, terminal = _of(planted)
    planted.sql(
        """
        UPDATE issuances SET terminal = 'ichikawa-city-hall-1'
        WHERE issuance_id = $1::text::uuid AND terminal = $2
        """,
        issuance,
        terminal,
    )
    assert planted.found()[N.REPORT_DIFFERS] == {issuance}
