"""What all soaks together showed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from proofs.evidence.kept import Kept
from proofs.soak.ledger import Entry, upper_bound


def opening(kept: dict[str, Kept], runs: Sequence[Entry]) -> Iterator[str]:
    """Yield the answer first: what was run, how often, and what came of it."""
    issuances, papers, wrong = _issuances(runs).total(), _papers(runs), _wrong(runs)
    strikes = sum(len(run.struck) for run in runs)
    cases: list[dict[str, Any]] = list(kept["incidents"].report) if "incidents" in kept else []  # type: ignore[arg-type]
    without = sum(case["wrong_without_defence"] for case in cases)
    delivered = sum(case["wrong_delivered"] for case in cases)
    charged = sum(case["charged_for_refused"] for case in cases)
    yield "# Evidence: 別人の証明書は交付されないことの証拠"
    yield ""
    yield (
        f"**日本語要約**　実プロセスで{issuances:,}件の交付を行い、その最中に{strikes:,}回の障害"
        "（強制終了、回線断、遅延、時計ずれ、ディスク満杯、停電）を起こしました。独立した検査プログラムが"
        f"紙{papers:,}枚をすべて開き、別人の記載は{wrong}枚でした。2020年から2024年に実際に起きた"
        f"原因を再現すると、対策なしでは別人の証明書が{without:,}枚、対策ありでは{delivered}枚、"
        f"交付なしの課金は{charged}件でした。"
    )
    yield ""
    yield (
        f"{issuances:,} issuances were made by real processes while {strikes:,} faults struck. "
        "An independent "
        f"program opened all {papers:,} papers: **{wrong} showed another person**. "
        f"{_bound(papers, wrong)} "
        f"The known causes of real mis-issues, rebuilt, gave {without:,} wrong papers without "
        "our checks and "
        f"**{delivered} with them**; {charged} fees were kept for a paper that did not come out."
    )
    yield ""


def _bound(papers: int, wrong: int) -> str:
    if wrong or not papers:
        return ""
    return (
        f"So the share of wrong papers is below {upper_bound(papers):.1e} "
        f"(one in {1 / upper_bound(papers):,.0f}) with 95 % confidence, each paper counted "
        "as one trial, under faults as dense as these."
    )


def soak_part(runs: Sequence[Entry], picture: str) -> Iterator[str]:
    """Yield what `make soak` did and found, all runs together."""
    issuances, struck, live = _issuances(runs), Counter[str](), Counter[str]()
    for run in runs:
        struck.update(one.kind for one in run.struck)
        for one in run.struck:
            live[one.kind] += one.live
    minutes = sum(run.seconds for run in runs) / 60
    yield "## `make soak`: faults at every joint, and the whole history checked"
    yield ""
    yield f"![Faults that struck, and issuances that were under way]({picture})"
    yield ""
    yield "| | |"
    yield "|---|---:|"
    yield f"| runs, each with a seed of its own | {len(runs)} |"
    yield f"| minutes under load | {minutes:,.0f} |"
    yield f"| issuances | {issuances.total():,} |"
    for state, count in issuances.most_common():
        yield f"| … {state} | {count:,} |"
    yield f"| papers opened and read | {_papers(runs):,} |"
    yield f"| … of another person | {_wrong(runs)} |"
    yield f"| events compared with transitions | {sum(run.events for run in runs):,} |"
    yield f"| faults that struck live issuances | {struck.total():,} |"
    yield f"| requests delivered twice or late | {sum(run.repeated_requests for run in runs):,} |"
    yield f"| terminals that lost power in mid-sale | {sum(run.power_cuts for run in runs):,} |"
    yield f"| runs in which anything did not hold | {sum(not run.holds for run in runs)} |"
    yield ""
    yield "| fault | times | issuances under way when it struck, on average |"
    yield "|---|---:|---:|"
    for kind, count in struck.most_common():
        yield f"| {_KINDS.get(kind, kind)} | {count} | {live[kind] / count:.0f} |"
    yield ""
    yield (
        "Held of every run: one paper for each completed issuance; each person on each page is "
        "whom the "
        "record names for that card; fees are those of completed issuances, by the tariff of "
        "the moment; "
        "events are the transitions, none missing, none twice, in order; nothing was delivered "
        "after a time "
        "limit, a void or a quarantine; reports are signed and without gaps; what adapters, "
        "terminals and "
        "coin boxes wrote agrees. A planned fault that strikes nothing fails the run."
    )
    yield ""
    broken = [run for run in runs if not run.holds]
    for run in broken:
        found = ", ".join(f"{count} {name}" for name, count in run.faults_found.items())
        found = found or "a fault missed"
        yield f"- **did not hold**: seed {run.seed}, commit {run.commit}: {found}"
    if broken:
        yield ""
    yield f"Seeds: {', '.join(str(run.seed) for run in runs)}."
    yield ""


_KINDS = {
    "kill": "`kill -9` of a gateway, adapter, relay or PostgreSQL",
    "cut": "connection cut",
    "hold": "connection silent for 2 s",
    "slow": "connection slow",
    "answers lost": "request arrives, answer lost",
    "power": "power cut at terminals",
    "clock": "clock of a gateway 5 s off",
    "disk": "disk full",
}


def _issuances(runs: Sequence[Entry]) -> Counter[str]:
    together = Counter[str]()
    for run in runs:
        together.update(run.issuances)
    return together


def _papers(runs: Sequence[Entry]) -> int:
    return sum(run.papers for run in runs)


def _wrong(runs: Sequence[Entry]) -> int:
    return sum(run.wrong_person for run in runs)
