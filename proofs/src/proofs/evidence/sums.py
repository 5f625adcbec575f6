"""What all soaks together add up to."""

from collections import Counter
from collections.abc import Sequence

from proofs.soak.ledger import Entry, bound_text, upper_bound


def issuances(runs: Sequence[Entry]) -> Counter[str]:
    """Return how many ended how."""
    together = Counter[str]()
    for run in runs:
        together.update(run.issuances)
    return together


def minutes(runs: Sequence[Entry]) -> float:
    """Return how long all were under load, but for those that never finished."""
    return sum(run.seconds for run in runs if run.ended_by is None) / 60


def papers(runs: Sequence[Entry]) -> int:
    """Return how many were opened and read."""
    return sum(run.papers for run in runs)


def wrong(runs: Sequence[Entry]) -> int:
    """Return how many papers showed another person."""
    return sum(run.wrong_person for run in runs)


def bound_of(opened: int, others: int) -> str:
    """Say below which share wrong papers lie; nothing if there was one, or no paper."""
    if others or not opened:
        return ""
    return (
        f"So the share of wrong papers is below {bound_text(opened)} "
        f"(one in {int(1 / upper_bound(opened)):,}) with 95 % confidence, each paper counted "
        "as one trial, under faults as dense as these."
    )
