"""What a probe found: kept at the centre, and read by officers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Part = Literal["direct", "gateway"]
"""Asked from the centre's machine; or as a terminal, through the gateway."""
PARTS: Sequence[Part] = ("direct", "gateway")


class Check(BaseModel):
    """One thing that was tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Part
    name: str
    """What must be so, in a sentence."""
    of: str = ""
    """The address or kind that it was tried on."""
    held: bool
    seen: str = ""
    mend: str = ""
    """What to do; empty where it held."""

    def line(self) -> str:
        """Return it for a terminal's window."""
        line = f"{'ok' if self.held else 'FELL SHORT':10}  {self.name}"
        line += f" ({self.of})" if self.of else ""
        if self.held:
            return f"{line}: {self.seen}" if self.seen else line
        return f"{line}\n{'':12}seen: {self.seen}\n{'':12}do:   {self.mend}"


class Speed(BaseModel):
    """How long the papers of one kind took, in milliseconds from the order to the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    papers: int
    median_ms: int
    slowest_ms: int


class ProbeReport(BaseModel):
    """A whole probe of one version of a municipality. Nothing in it is about a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: str
    version: int
    digest: str
    """Of the version."""
    probed_at: datetime
    checks: tuple[Check, ...]
    speed: tuple[Speed, ...] = ()

    @property
    def fell_short(self) -> tuple[Check, ...]:
        """What did not hold."""
        return tuple(one for one in self.checks if not one.held)

    @property
    def held(self) -> bool:
        """Whether both parts were tried, and all held."""
        tried = {one.part for one in self.checks}
        return tried == set(PARTS) and not self.fell_short

    def lines(self) -> list[str]:
        """Return it for people."""
        head = f"municipality {self.municipality}, version {self.version}"
        lines = [head, *(f"  {one.line()}" for one in self.checks)]
        lines += [
            f"  {one.kind}: {one.papers} papers, median {one.median_ms} ms,"
            f" slowest {one.slowest_ms} ms"
            for one in self.speed
        ]
        return [*lines, self.verdict()]

    def verdict(self) -> str:
        """Return what came of it, in a line."""
        if self.held:
            return f"all {len(self.checks)} checks held"
        if short := len(self.fell_short):
            return f"{short} of {len(self.checks)} checks fell short"
        return "not all parts were tried"
