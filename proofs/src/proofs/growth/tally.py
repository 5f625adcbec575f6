"""What happened in one stage, as terminals saw it."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TypedDict


class Told(TypedDict):
    """What a report says of it."""

    requests: int
    failed: int
    failures: dict[str, int]
    completed: int
    municipalities_served: int
    p50_ms: float
    p95_ms: float
    lookup_ms: float
    lookup_fast_ms: float
    rss_mb: float


@dataclass
class Tally:
    """Counts of one stage; everything of it is counted when it ends."""

    requests: int = 0
    """HTTP requests of terminals."""
    failures: Counter[str] = field(default_factory=Counter[str])
    """Requests and visits that did not end as the terminal expected, by what became of them."""
    seconds: list[float] = field(default_factory=list[float])
    """Of each request."""
    completed: Counter[str] = field(default_factory=Counter[str])
    """Papers that came out while the stage was live, by municipality."""
    lookups: list[float] = field(default_factory=list[float])
    """Seconds of one menu that is asked for again and again, at one terminal."""
    rss_mb: float = 0.0
    live: bool = False
    """From when all of the stage is in force until enough came out."""

    def came_out(self, municipality: str, papers: int) -> None:
        """Count papers."""
        if self.live:
            self.completed[municipality] += papers

    def reached(self, papers: int, municipalities: float) -> bool:
        """Tell whether enough came out, of enough municipalities."""
        return self.completed.total() >= papers and len(self.completed) >= municipalities

    def told(self) -> Told:
        """Return what a report says of it."""
        cuts = quantiles(self.seconds, n=20) if len(self.seconds) > 1 else [0.0] * 19
        tenths = quantiles(self.lookups, n=10) if len(self.lookups) > 1 else [0.0]
        return {
            "requests": self.requests,
            "failed": self.failures.total(),
            "failures": dict(self.failures),
            "completed": self.completed.total(),
            "municipalities_served": len(self.completed),
            "p50_ms": round(cuts[9] * 1000, 1),
            "p95_ms": round(cuts[18] * 1000, 1),
            "lookup_ms": round(median(self.lookups or [0.0]) * 1000, 2),
            "lookup_fast_ms": round(tenths[0] * 1000, 2),
            "rss_mb": round(self.rss_mb, 1),
        }
