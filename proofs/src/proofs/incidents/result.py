"""What both runs of an incident say together: a row of the report."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from proofs.incidents.incident import Incident
from proofs.incidents.run import Run, Size
from proofs.undefended.checks import CHECKS


class Result(BaseModel):
    """One row of `report.json`; the first seven fields are what it is about."""

    model_config = ConfigDict(frozen=True)

    case: str
    injected: int
    """How often the fault really struck in the run with our defences."""
    wrong_without_defence: int
    wrong_delivered: int
    refused: int
    quarantined: int
    charged_for_refused: int

    where: str
    fault: str
    checks_taken_out: tuple[str, ...]
    """In the run without defences, by name."""
    injected_without_defence: int
    asked: int
    """Papers that were asked for, in each of the two runs."""
    right_papers: int
    """What came out with our defences, all of it right."""
    stops: int
    """How often a municipality or a path to it was stopped."""
    how_refused: dict[str, int]
    terminals: int
    seed: int
    seconds: float
    failures: tuple[str, ...]
    """Why this proves nothing, or what went wrong; none: it holds."""

    @property
    def holds(self) -> bool:
        """Whether the incident is proven absent in this run."""
        return not self.failures


def result_of(incident: Incident, without: Run, defended: Run, size: Size) -> Result:
    """Put both runs together."""
    return Result(
        case=incident.name,
        injected=defended.injected,
        wrong_without_defence=len(without.wrong),
        wrong_delivered=len(defended.wrong),
        refused=defended.refused,
        quarantined=defended.quarantined,
        charged_for_refused=len(defended.charged),
        where=incident.where,
        fault=incident.fault,
        checks_taken_out=tuple(CHECKS[name].what for name in incident.without),
        injected_without_defence=without.injected,
        asked=defended.asked,
        right_papers=defended.printed - len(defended.wrong),
        stops=defended.stops,
        how_refused=defended.problems,
        terminals=defended.terminals,
        seed=size.seed,
        seconds=round(without.seconds + defended.seconds, 1),
        failures=tuple(_failures(incident, without, defended, size)),
    )


def _failures(incident: Incident, without: Run, defended: Run, size: Size) -> Iterator[str]:
    if incident.is_fault and not without.wrong:
        yield "without defences it gave no wrong paper, so it proves nothing"
    if not defended.injected:
        yield "with our defences the fault never struck, so it proves nothing"
    if defended.terminals < size.terminals:
        yield f"only {defended.terminals} terminals were there"
    if defended.wrong:
        yield f"{len(defended.wrong)} wrong papers came out"
    if defended.charged:
        yield f"{len(defended.charged)} papers were paid for and did not come out"
    yield from sorted(set(defended.others))
