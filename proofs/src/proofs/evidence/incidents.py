"""What `make incidents` showed."""

from collections.abc import Iterator

from pydantic import TypeAdapter

from proofs.evidence.kept import Kept
from proofs.incidents.result import Result

_ROWS = TypeAdapter(list[Result])


def incidents_part(kept: Kept) -> Iterator[str]:
    """Yield the table of incidents."""
    rows = _ROWS.validate_python(kept.report)
    yield "## `make incidents`: what really happened, brought back"
    yield ""
    yield (
        f"Commit {kept.commit}, {kept.day}; {max(row.terminals for row in rows)} terminals, 2 "
        "gateways, seed "
        f"{rows[0].seed}. Each broken part runs twice with the same people: without our checks "
        "(it has to "
        "give wrong papers, or it proves nothing) and with them. [How it "
        "works](../../proofs/README.md)."
    )
    yield ""
    yield (
        "| case | where, and what is broken | struck | wrong papers without our checks | "
        "**wrong papers with them** | right papers | refused | quarantined | fees kept wrongly |"
    )
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for row in rows:
        where = f"{row.where}: " if row.where else ""
        yield (
            f"| {row.case} | {where}{row.fault} | {row.injected} | {row.wrong_without_defence} | "
            f"**{row.wrong_delivered}** | {row.right_papers} | {row.refused} | {row.quarantined} | "
            f"{row.charged_for_refused} |"
        )
    yield ""
    for row in rows:
        yield from (f"- **{row.case} did not hold**: {failure}" for failure in row.failures)
