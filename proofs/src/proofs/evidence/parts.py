"""The proofs of which evidence is kept, in the order in which they are run."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """One proof: a command of its own, and the report that it leaves."""

    name: str
    module: str
    """Run with `python -m`."""
    report: Path | None = None
    """None: a ledger to which runs are added."""


def _part(name: str, module: str) -> Part:
    return Part(name, module, Path("var") / name / "report.json")


PARTS = (
    _part("model", "proofs.model"),
    _part("incidents", "proofs.incidents"),
    _part("guards", "proofs.guards"),
    _part("isolation", "proofs.isolation"),
    _part("fuzz", "proofs.fuzz"),
    Part("audit-drill", "proofs.drill", Path("var/audit/report.json")),
    Part("soak", "proofs.soak"),
)
LEDGER = Path("var/soak/ledger.jsonl")
FOLDER = Path("docs/evidence")
