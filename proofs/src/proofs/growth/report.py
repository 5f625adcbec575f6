"""What came of it: `report.json`, lines for people, and a picture."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from proofs.growth.joining import Joined
from proofs.growth.plan import RELOAD_S, RSS_MB, SERVED_SHARE, Stage
from proofs.growth.tally import Tally, Told

SLOWER = 1.5
"""So many times slower than with three municipalities is a look-up that depends on how many."""


class StageReport(BaseModel):
    """One stage."""

    model_config = ConfigDict(frozen=True)

    municipalities: int
    terminals: int
    requests: int
    """HTTP requests of terminals, from the first command of the stage to its end."""
    failed: int
    reload_s: float
    """From a command's end until every replica knew the last terminal and showed the new versions.
    """
    rss_mb: float
    """Of the larger replica, at most."""
    put_s: float
    go_live_s: float
    completed: int
    municipalities_served: int
    wanted: int
    failures: dict[str, int]
    papers_a_s: float
    p50_ms: float
    p95_ms: float
    """Of a request."""
    lookup_ms: float
    """Median of one menu, the same in all stages."""
    lookup_fast_ms: float
    """The fastest tenth of it: it waited for nobody, so load hides no slower look-up."""

    @property
    def shortcomings(self) -> list[str]:
        """What does not hold."""
        found = {
            f"{self.failed} requests failed: {self.failures}": self.failed > 0,
            f"in force after {self.reload_s:.1f} s": self.reload_s >= RELOAD_S,
            f"a replica has {self.rss_mb:.0f} MB": self.rss_mb >= RSS_MB,
            f"{self.completed} papers came out": self.completed < self.wanted,
            f"{self.municipalities_served} municipalities had a paper": self.municipalities_served
            < SERVED_SHARE * self.municipalities,
        }
        return [said for said, is_so in found.items() if is_so]

    def line(self) -> str:
        """Return it for people."""
        return (
            f"{self.municipalities:>5,} municipalities {self.terminals:>6,} terminals: in force in"
            f" {self.reload_s:.2f} s, {self.rss_mb:.0f} MB; {self.completed:,} papers of"
            f" {self.municipalities_served:,} municipalities, {self.papers_a_s:.1f} a second;"
            f" {self.requests:,} requests, {self.failed} failed; menu {self.lookup_ms:.1f} ms"
        )


class Report(BaseModel):
    """The whole run."""

    model_config = ConfigDict(frozen=True)

    stages: tuple[StageReport, ...]
    never_stopped: bool
    """Whether both replicas are the processes that they were in the beginning."""
    seed: int

    @property
    def lookup_ratio(self) -> float:
        """How much slower a menu is in the last stage: by median or fastest tenth, the worse."""
        first, last = self.stages[0], self.stages[-1]
        return max(last.lookup_ms / first.lookup_ms, last.lookup_fast_ms / first.lookup_fast_ms)

    @property
    def holds(self) -> bool:
        """Whether everything holds that has to."""
        return not self._shortcomings()

    def _shortcomings(self) -> list[str]:
        found = [said for one in self.stages for said in one.shortcomings]
        if self.lookup_ratio >= SLOWER:
            found.append(f"a menu takes {self.lookup_ratio:.2f} times as long")
        if not self.never_stopped:
            found.append("a replica was started again")
        return found

    def lines(self) -> list[str]:
        """Return it for people."""
        told = [one.line() for one in self.stages]
        told.append(f"a menu takes {self.lookup_ratio:.2f} times as long as with the first stage")
        told += [f"FELL SHORT: {said}" for said in self._shortcomings()]
        return [*told, "holds" if self.holds else "does not hold"]


def stage_report(
    stage: Stage, joined: Joined, tally: Tally, seconds: float, wanted: int
) -> StageReport:
    """Return what a stage was."""
    told: Told = tally.told()
    return StageReport(
        municipalities=len(stage.codes),
        terminals=stage.stores,
        reload_s=round(joined.reload_s, 3),
        put_s=round(joined.put_s, 2),
        go_live_s=round(joined.go_live_s, 2),
        papers_a_s=round(told["completed"] / seconds, 1),
        wanted=wanted,
        **told,
    )


def write(report: Report, folder: Path) -> None:
    """Write `report.json`, with whether it holds."""
    body = report.model_dump() | {"lookup_ratio": report.lookup_ratio, "holds": report.holds}
    (folder / "report.json").write_text(json.dumps(body, indent=1) + "\n", "utf-8")
