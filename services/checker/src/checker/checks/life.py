"""The life of an issuance as the design tells it, written down again for the checker alone."""

from datetime import datetime, timedelta

from checker.evidence.rows import Issuance

FINAL = frozenset({"completed", "refused", "expired", "voided"})

_LATER = {"in_doubt", "quarantined"}
STEPS: dict[str | None, frozenset[str]] = {
    None: frozenset({"accepted"}),
    "accepted": frozenset({"prepared", "refused", "expired", "quarantined"}),
    "prepared": frozenset({"delivered", "expired", "quarantined"}),
    "delivered": frozenset({"paid", "voided", *_LATER}),
    "paid": frozenset({"completed", "voided", *_LATER}),
    "in_doubt": frozenset({"completed", "voided", "quarantined"}),
    "quarantined": frozenset({"completed", "voided"}),
}
"""From each state (None before the first) to those that may follow."""

GRACE = timedelta(seconds=30)
"""How long after a deadline the gateway may need to act on it."""


def may_be_open(issuance: Issuance, now: datetime) -> bool:
    """Tell whether an issuance without an end still has time to find one."""
    if issuance.state in {"accepted", "prepared"}:
        return now <= issuance.deadline + GRACE
    if issuance.state in {"delivered", "paid"} and issuance.report_deadline is not None:
        return now <= issuance.report_deadline + GRACE
    return False


def is_completed(issuance: Issuance) -> bool:
    """Tell whether the paper came out and counts."""
    return issuance.state == "completed"


def was_paid(issuance: Issuance) -> bool:
    """Tell whether the gateway accepted that the fee is in the machine."""
    return issuance.paid_at is not None


def money_stayed(issuance: Issuance) -> bool:
    """Tell whether the fee must still lie in the machine."""
    if issuance.state == "voided":
        # Who reported paid cannot take it back by saying that nothing was taken.
        taken = issuance.money == "not_taken" and was_paid(issuance)
        return issuance.money == "kept" or taken
    return was_paid(issuance)
