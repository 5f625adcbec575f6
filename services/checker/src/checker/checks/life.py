"""The life of an issuance as the design tells it, written down again for the checker alone."""

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


def is_completed(issuance: Issuance) -> bool:
    """Tell whether the paper came out and counts."""
    return issuance.state == "completed"


def was_paid(issuance: Issuance) -> bool:
    """Tell whether the gateway accepted that the fee is in the machine."""
    return issuance.paid_at is not None


def money_stayed(issuance: Issuance) -> bool:
    """Tell whether the fee must still lie in the machine."""
    if issuance.state == "voided":
        return issuance.money == "kept"
    return was_paid(issuance)
