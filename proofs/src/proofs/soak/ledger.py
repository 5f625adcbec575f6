"""The ledger of evidence: what each run showed, added up over all of them."""

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_UP, Context
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from proofs.soak.occurred import never

CONFIDENCE = 0.95
BROKEN_OFF = "broken off"


class Struck(BaseModel):
    """One fault that was done."""

    model_config = ConfigDict(frozen=True)

    kind: str
    target: str
    effect: int
    """What felt it: of a line, pieces of traffic that were held, slowed or lost and requests that
    were left without an answer; of a process, requests that it left so, or events that waited; of
    people, terminals or issuances."""


class Entry(BaseModel):
    """One run."""

    model_config = ConfigDict(frozen=True)

    seed: int
    seconds: float
    """Under load."""
    commit: str
    day: str
    issuances: dict[str, int]
    """By their end."""
    papers: int
    """Opened and read by the checker."""
    events: int
    wrong_person: int
    faults_found: dict[str, int]
    """By the checker: how often each."""
    occurred: dict[str, int]
    """Ends of issuances, and kinds of papers: how often each."""
    repeated_requests: int
    overtaken_requests: int
    power_cuts: int
    struck: tuple[Struck, ...]
    holds: bool
    lacking: tuple[str, ...] = ()
    """What a run with every kind of fault has to have, and did not."""
    ended_by: str | None = None
    """The kind of error that ended it before anything was judged, or `BROKEN_OFF`; then all
    counts are nothing, and the seconds those until then."""

    @property
    def broken_off(self) -> bool:
        """Whether a person ended it."""
        return self.ended_by == BROKEN_OFF

    @classmethod
    def unfinished(cls, seed: int, commit: str, day: str, seconds: float, ended_by: str) -> Self:
        """Return the line of a run that began and was never judged."""
        return cls(
            seed=seed,
            seconds=seconds,
            commit=commit,
            day=day,
            issuances={},
            papers=0,
            events=0,
            wrong_person=0,
            faults_found={},
            occurred={},
            repeated_requests=0,
            overtaken_requests=0,
            power_cuts=0,
            struck=(),
            holds=False,
            ended_by=ended_by,
        )


def add(ledger: Path, entry: Entry) -> None:
    """Append a run."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.open("ab+") as file:
        # A crash may have cut the last line short: it goes, or this one would not be whole either.
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(f"{entry.model_dump_json()}\n".encode())


def read(ledger: Path) -> list[Entry]:
    """Return all runs; what a crash cut short is none.

    Raises:
        ValueError: a whole line is no run of this format: one that is left out would not count.

    """
    if not ledger.exists():
        return []
    whole, _, _ = ledger.read_text("utf-8").rpartition("\n")
    return [_entry(ledger, number, line) for number, line in enumerate(whole.splitlines(), 1)]


def _entry(ledger: Path, number: int, line: str) -> Entry:
    try:
        return Entry.model_validate_json(line)
    except ValueError as error:
        raise ValueError(f"{ledger}, line {number} is no run: {error}") from None


def upper_bound(trials: int) -> float:
    """Return below which share the true one lies, with 95 % confidence, if none of them failed."""
    return 1.0 if trials == 0 else 1 - (1 - CONFIDENCE) ** (1 / trials)


def bound_text(trials: int) -> str:
    """Return the upper bound with two digits, rounded up: what is said has to hold."""
    return f"{Context(prec=2, rounding=ROUND_UP).create_decimal_from_float(upper_bound(trials)):e}"


def together(entries: Sequence[Entry]) -> Counter[str]:
    """Return how often what occurred in all runs."""
    seen = Counter[str]()
    for entry in entries:
        seen.update(entry.occurred)
    return seen


def summary(entries: Sequence[Entry]) -> str:
    """Return all runs together in words."""
    if not entries:
        return "no run yet: make soak"
    issuances, struck, seen = Counter[str](), Counter[str](), together(entries)
    for entry in entries:
        issuances.update(entry.issuances)
        struck.update(one.kind for one in entry.struck)
    total, papers = issuances.total(), sum(entry.papers for entry in entries)
    wrong = sum(entry.wrong_person for entry in entries)
    lines = [
        f"{len(entries)} runs, {sum(entry.seconds for entry in entries) / 60:.0f} min under load",
        f"{total} issuances: " + ", ".join(f"{n} {state}" for state, n in issuances.most_common()),
        f"{sum(struck.values())} faults were felt: "
        + ", ".join(f"{n} {kind}" for kind, n in struck.most_common()),
        f"{papers} papers opened and read; {wrong} of another person",
        f"{sum(not one.holds and not one.broken_off for one in entries)} runs did not hold",
    ]
    ends = Counter(entry.ended_by for entry in entries if entry.ended_by is not None)
    lines += [f"{count} of all runs never finished: {kind}" for kind, count in ends.items()]
    lines += [f"NEVER OCCURRED: {name}" for name in never(seen)]
    if wrong == 0:
        told = f"the share of wrong papers is below {bound_text(papers)} with 95 % confidence"
        lines.append(told)
    return "\n".join(lines)
