"""The history checker: money and machines, prices and channels, decisions and moments."""

from proofs.guards.guard import Cut, Guard, holds, never

_CHECKS = "services/checker/src/checker/checks"
MACHINES, REPORTS, HANDS = (f"{_CHECKS}/{name}.py" for name in ("machines", "reports", "hands"))
CHANNELS, TARIFFS = f"{_CHECKS}/channels.py", f"{_CHECKS}/tariffs.py"
DECISIONS, MOMENTS = f"{_CHECKS}/decisions.py", f"{_CHECKS}/moments.py"
_TESTS = "services/checker/tests"
_CASH, _LIVES = f"{_TESTS}/test_planted_cash.py", f"{_TESTS}/test_planted_lives.py"
_AT_MOMENTS = f"{_TESTS}/test_planted_moments.py"
_DECIDED = f"{_TESTS}/test_planted_decisions.py"
_TAKEN = f"{_CASH}::test_coins_that_were_taken_out_after_the_count"
_COINS = "§8 coins are what reports and papers say"


def _of(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"checker.{name}", design, (cut,), (test,))


GUARDS = (
    _of(
        "cash.counted",
        _COINS,
        Cut(REPORTS, "elif (cash.counted or 0) != yen:", "elif False:"),
        f"{_CASH}::test_cash_that_is_short_by_a_fee",
    ),
    _of(
        "cash.collected-since",
        _COINS,
        Cut(REPORTS, "elif cash.collected_since > yen:", "elif False:"),
        _TAKEN,
    ),
    _of(
        "machine.counted",
        _COINS,
        never(MACHINES, "cash.counted not in (None, total)"),
        f"{_CASH}::test_cash_that_is_short_by_a_fee",
    ),
    _of(
        "machine.money-first",
        "§3 money before paper",
        never(HANDS, '"printed" in before and "inserted" not in before'),
        f"{_TESTS}/test_planted_machines.py::test_a_paper_that_came_out_before_its_money_went_in",
    ),
    _of(
        "commission",
        "§8 commission by chain with dates",
        never(CHANNELS, "issuance.commission != commission"),
        f"{_LIVES}::test_a_commission_that_the_chain_does_not_get",
    ),
    _of(
        "collector.days",
        "§8 designation of collectors",
        holds(CHANNELS, "first <= issuance.accepted_on <= last"),
        f"{_LIVES}::test_a_chain_that_was_not_designated",
    ),
    _of(
        "campaign",
        "§8 campaigns",
        never(TARIFFS, "campaigns"),
        f"{_LIVES}::test_a_campaign_that_was_not_honoured",
    ),
    _of(
        "quarantine",
        "§3 a quarantine ends by a named person",
        never(DECISIONS, 'before == "quarantined" or by is not None'),
        f"{_DECIDED}::test_a_report_ends_what_is_in_doubt_and_never_a_quarantine",
    ),
    _of(
        "decision.by-whom",
        "§3 a quarantine ends by a named person",
        never(DECISIONS, "not decision.decided_by or by != decision.decided_by"),
        f"{_DECIDED}::test_a_named_person_ends_a_quarantine",
    ),
    _of(
        "answer-too-late",
        "§3 a timeout is terminal",
        never(MOMENTS, "answered is not None and (until is None or answered >= until)"),
        f"{_AT_MOMENTS}::test_an_answer_that_came_after_the_adapters_time",
    ),
)
