"""What `make incidents` showed."""

from collections.abc import Iterator, Sequence

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
    yield _in_japanese(rows)
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


def _in_japanese(rows: Sequence[Result]) -> str:
    without = sum(row.wrong_without_defence for row in rows)
    unheld = sum(bool(row.failures) for row in rows)
    return (
        f"過去に実際に起きた原因と悪意ある参加者を{len(rows)}通り再現し、"
        "それぞれを同じ人・同じ順序で2回（検査を外した状態と通常の状態で）動かしました。"
        f"故障は通常の状態で{sum(row.injected for row in rows):,}回作用し、"
        f"別人の証明書は、検査を外すと{without:,}枚、"
        f"通常の状態では{sum(row.wrong_delivered for row in rows):,}枚でした。交付されなかった分の"
        f"課金は{sum(row.charged_for_refused for row in rows):,}件、不合格の事例は{unheld}件です。"
    )
