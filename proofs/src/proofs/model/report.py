"""What an exploration showed, as it is written to `var/model/report.json`."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from proofs.model.judging import INVARIANTS


class WorldReport(BaseModel):
    """One world that was explored."""

    model_config = ConfigDict(frozen=True)

    name: str
    faults: int | None
    """The most in one history; null: any number."""
    states: int
    transitions: int
    at_rest: int
    """States in which nothing is left to do but for a named person."""
    seconds: float
    wrong: dict[str, tuple[str, ...]]
    """What must not be and was found, each with the shortest way there."""


class Invariant(BaseModel):
    """Something that must always hold."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Says what must never be."""
    holds: bool


class BreakageReport(BaseModel):
    """Something that was broken on purpose."""

    model_config = ConfigDict(frozen=True)

    name: str
    found: bool
    as_what: str | None = None
    steps: int = 0
    """Of the shortest history that shows it."""


class ModelReport(BaseModel):
    """Everything together."""

    model_config = ConfigDict(frozen=True)

    bounds: str
    states: int
    transitions: int
    seconds: float
    worlds: tuple[WorldReport, ...]
    rows_unused: tuple[str, ...]
    """Rows of the table of transitions that no history used."""
    invariants: tuple[Invariant, ...]
    breakages: tuple[BreakageReport, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing wrong was found in the product, and everything that was planted."""
        return (
            all(one.holds for one in self.invariants)
            and all(one.found for one in self.breakages)
            and not self.rows_unused
        )


def faults_in_words(faults: int | None) -> str:
    """Say how many faults a history may have."""
    return "any number of faults" if faults is None else f"up to {faults} faults"


def report_of(
    worlds: Sequence[WorldReport],
    breakages: Sequence[BreakageReport],
    rows_unused: Sequence[str],
    seconds: float,
) -> ModelReport:
    """Put all worlds together."""
    wrong = {name for world in worlds for name in world.wrong}
    listed = "; ".join(f"{world.name}, {faults_in_words(world.faults)}" for world in worlds)
    return ModelReport(
        bounds=f"2 gateways, 1 adapter; {listed}",
        states=sum(world.states for world in worlds),
        transitions=sum(world.transitions for world in worlds),
        seconds=round(seconds, 1),
        worlds=tuple(worlds),
        rows_unused=tuple(rows_unused),
        invariants=tuple(Invariant(name=name, holds=name not in wrong) for name in INVARIANTS),
        breakages=tuple(breakages),
    )


def write_report(path: Path, report: ModelReport) -> None:
    """Write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.model_dump_json(indent=1) + "\n", "utf-8")
