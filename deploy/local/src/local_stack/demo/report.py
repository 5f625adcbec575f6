"""`var/demo/report.json`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.evidence.evidence import Evidence
from checker.verdict import Verdict


def write_report(path: Path, root: Path, evidence: Evidence, verdict: Verdict) -> None:
    """Write what was issued and what the checker found; paths in it are relative to `root`."""
    documents = {paper.issuance: paper.sha256 for paper in evidence.papers}
    folder = path.parent.relative_to(root)
    issuances: list[dict[str, Any]] = [
        {
            "id": one.issuance_id,
            "municipality": one.municipality,
            "kind": one.kind,
            "terminal": one.terminal,
            "state": one.state,
            "fee": one.fee,
            "document": _document(folder, one.issuance_id, documents),
            "sha256": documents.get(one.issuance_id),
        }
        for one in evidence.books.issuances
        if one.state == "completed" or one.issuance_id in documents
    ]
    report = {
        "issuances": issuances,
        "ledger": {"lines": verdict.ledger.lines, "balanced": verdict.ledger.balanced},
        "audit": {"events": verdict.audit.events, "verified": verdict.audit.verified},
        "reconciled": verdict.reconciled,
        "wrong_person": verdict.wrong_person,
        "holds": verdict.holds,
        "faults": len(verdict.faults),
    }
    path.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _document(folder: Path, issuance: str, documents: Mapping[str, str]) -> str | None:
    return str(folder / f"{issuance}.pdf") if issuance in documents else None
