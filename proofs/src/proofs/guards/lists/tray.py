"""What a terminal does after a restart, and with a tray in which a paper may lie."""

from proofs.guards.guard import Cut, Guard, gone, holds, never

PAPER = "store-terminal-sim/src/store_terminal_sim/core/paper.py"
RECOVERY = "store-terminal-sim/src/store_terminal_sim/core/recovery.py"
SERVE = "store-terminal-sim/src/store_terminal_sim/core/serve.py"
MEMORY = "store-terminal-sim/src/store_terminal_sim/core/memory.py"
_CUTS = "store-terminal-sim/tests/core/test_power_cut.py"
_TRAY = "store-terminal-sim/tests/core/test_tray.py"
_RESTART = "§3 after a restart a terminal never prints: it voids, refunds, reports"
_WAITS = "§3 the next session waits until the tray is acknowledged"
_ONE_END = f"{_CUTS}::test_after_a_cut_at_any_step_every_paper_has_one_end_and_nothing_is_printed"
_CLEARED = f"{_CUTS}::test_after_a_cut_while_printing_the_tray_must_be_cleared_first"


def _one(name: str, design: str, cut: Cut, test: str) -> Guard:
    return Guard(f"terminal.{name}", design, (cut,), (test,))


GUARDS = (
    _one(
        "restart.voids",
        _RESTART,
        gone(RECOVERY, "yield from void_paper(terminal, issuance, VoidReason.RESTARTED)"),
        _ONE_END,
    ),
    _one(
        "restart.refunds",
        _RESTART,
        Cut(PAPER, "money: Money = yield Refund(issuance)", "money = Money.REFUNDED"),
        _ONE_END,
    ),
    _one(
        "restart.reports",
        _RESTART,
        Cut(RECOVERY, "return (yield from send_unanswered(terminal))", "return True"),
        _ONE_END,
    ),
    _one(
        "restart.before-the-next",
        _RESTART,
        Cut(SERVE, "    yield from recover(terminal)\n", ""),
        f"{_CUTS}::test_the_next_customer_is_served_after_any_cut",
    ),
    _one(
        "restart.tray",
        _WAITS,
        never(RECOVERY, "memory.not_handed_over and memory.tray_in_doubt is None"),
        _CLEARED,
    ),
    _one(
        "restart.printing-is-written",
        _WAITS,
        Cut(PAPER, "    yield from terminal.keep(Printing(issuance=issuance))\n", ""),
        _CLEARED,
    ),
    _one("tray.waits", _WAITS, gone(SERVE, "yield from clear_tray(terminal)"), _CLEARED),
    _one("tray.nobody-came", _WAITS, never(RECOVERY, "not cleared"), _CLEARED),
    _one(
        "tray.jam",
        _WAITS,
        gone(PAPER, 'yield from terminal.keep(TrayInDoubt(doubt="print_failed"))'),
        f"{_TRAY}::test_after_a_jam_no_further_copy_is_begun",
    ),
    _one(
        "tray.not-mine",
        _WAITS,
        gone(PAPER, 'yield from terminal.keep(TrayInDoubt(doubt="not_mine"))'),
        f"{_TRAY}::test_after_a_paper_of_somebody_else_the_next_session_waits_for_the_staff",
    ),
    _one(
        "tray.no-further-copy",
        _WAITS,
        never(SERVE, "terminal.memory.tray_in_doubt is not None"),
        f"{_TRAY}::test_after_a_jam_no_further_copy_is_begun",
    ),
    _one(
        "tray.evidence",
        "§2 not mine keeps the evidence",
        holds(MEMORY, 'self.tray_in_doubt != "not_mine"'),
        f"{_TRAY}::test_what_is_not_its_cardholders_stays_evidence_though_more_happens",
    ),
)
