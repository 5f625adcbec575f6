"""The life of a municipality at the centre: the one table of what may be decided.

    draft → tested → live ⇄ suspended → retired

`madoguchi onboard life` draws it. A draft is a version that nothing was decided about.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a municipality stands; all but `draft` are kept with a decision."""

    DRAFT = "draft"
    """It has versions, and nothing was decided yet."""
    TESTED = "tested"
    """Its adapter was probed, with a report."""
    LIVE = "live"
    """It issues."""
    SUSPENDED = "suspended"
    """It takes part, and issues nothing at present."""
    RETIRED = "retired"
    """It has left; its adapter still hears what became of its papers."""


class Step(StrEnum):
    """What may be decided."""

    PROBE = "probe"
    GO_LIVE = "go-live"
    SUSPEND = "suspend"
    RESUME = "resume"
    ROLLBACK = "rollback"
    RETIRE = "retire"


class Which(StrEnum):
    """Which version a step is about."""

    NEWEST = "any version, the newest if none is named"
    SAME = "the version that it has"
    EARLIER = "an earlier version that was live"


@dataclass(frozen=True)
class Row:
    """One allowed step; `reported`: only with the report of a probe of its version."""

    source: State
    step: Step
    target: State
    which: Which
    reported: bool = False


_S, _T, _W = State, Step, Which

ROWS = (
    Row(_S.DRAFT, _T.PROBE, _S.TESTED, _W.NEWEST, reported=True),
    Row(_S.TESTED, _T.PROBE, _S.TESTED, _W.NEWEST, reported=True),
    Row(_S.RETIRED, _T.PROBE, _S.TESTED, _W.NEWEST, reported=True),
    Row(_S.DRAFT, _T.GO_LIVE, _S.LIVE, _W.NEWEST, reported=True),
    Row(_S.TESTED, _T.GO_LIVE, _S.LIVE, _W.NEWEST, reported=True),
    Row(_S.LIVE, _T.GO_LIVE, _S.LIVE, _W.NEWEST, reported=True),
    Row(_S.SUSPENDED, _T.GO_LIVE, _S.LIVE, _W.NEWEST, reported=True),
    Row(_S.LIVE, _T.SUSPEND, _S.SUSPENDED, _W.SAME),
    Row(_S.SUSPENDED, _T.RESUME, _S.LIVE, _W.SAME),
    Row(_S.LIVE, _T.ROLLBACK, _S.LIVE, _W.EARLIER),
    Row(_S.SUSPENDED, _T.ROLLBACK, _S.SUSPENDED, _W.EARLIER),
    Row(_S.TESTED, _T.RETIRE, _S.RETIRED, _W.SAME),
    Row(_S.LIVE, _T.RETIRE, _S.RETIRED, _W.SAME),
    Row(_S.SUSPENDED, _T.RETIRE, _S.RETIRED, _W.SAME),
)
_TABLE = {(row.source, row.step): row for row in ROWS}


class NotAllowed(ValueError):
    """The table has no such step; the text says what may be decided instead."""


def row_of(source: State, step: Step) -> Row:
    """Return the row of the table.

    Raises:
        NotAllowed: there is none.

    """
    found = _TABLE.get((source, step))
    if found is None:
        may = ", ".join(row.step for row in ROWS if row.source is source)
        raise NotAllowed(f"it is {source}: {step} is not possible from there, but: {may}")
    return found


def mermaid() -> str:
    """Draw the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft: put"]
    for row in ROWS:
        report = ", with a report" if row.reported else ""
        lines.append(f"    {row.source} --> {row.target}: {row.step} ({row.which}{report})")
    return "\n".join(lines) + "\n"
