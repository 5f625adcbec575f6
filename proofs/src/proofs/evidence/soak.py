"""What all soaks together showed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from proofs.evidence.kept import Kept
from proofs.soak.ledger import Entry, together, upper_bound
from proofs.soak.occurred import never


def opening(kept: dict[str, Kept], runs: Sequence[Entry]) -> Iterator[str]:
    """Yield the answer first: what was run, how often, and what came of it; nothing of the rest."""
    cases: list[dict[str, Any]] = list(kept["incidents"].report) if "incidents" in kept else []  # type: ignore[arg-type]
    soaked, rebuilt = _of_runs(runs) if runs else None, _of_cases(cases) if cases else None
    told = [part for part in (soaked, rebuilt) if part is not None]
    yield "# Evidence: 別人の証明書は交付されないことの証拠"
    yield ""
    japanese = "".join(ja for ja, _ in told) or "保存された実行結果はまだありません。"
    yield f"**日本語要約**　{japanese}"
    yield ""
    yield " ".join(en for _, en in told) or "No run is kept yet, so this page claims nothing."
    yield ""


def _of_runs(runs: Sequence[Entry]) -> tuple[str, str]:
    """Return what all soaks together say, in Japanese and in English."""
    issuances, papers, wrong = _issuances(runs).total(), _papers(runs), _wrong(runs)
    strikes = sum(len(run.struck) for run in runs)
    japanese = (
        f"実プロセスで{issuances:,}件の交付を行い、その最中に{strikes:,}回の障害"
        "（強制終了、回線断、遅延、回答の取り違え、時計ずれ、ディスク満杯、停電など）を起こしました。"
        f"独立した検査プログラムが紙{papers:,}枚をすべて開き、別人の記載は{wrong}枚でした。"
    )
    english = (
        f"{issuances:,} issuances were made by real processes while {strikes:,} faults struck. "
        f"An independent program opened all {papers:,} papers: **{wrong} showed another person**."
    )
    return japanese, f"{english} {_bound(papers, wrong)}".rstrip()


def _of_cases(cases: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Return what the incidents say, in Japanese and in English."""
    without = sum(case["wrong_without_defence"] for case in cases)
    delivered = sum(case["wrong_delivered"] for case in cases)
    charged = sum(case["charged_for_refused"] for case in cases)
    japanese = (
        "2020年から2024年に実際に起きた原因を再現すると、対策なしでは別人の証明書が"
        f"{without:,}枚、対策ありでは{delivered}枚、交付なしの課金は{charged}件でした。"
    )
    english = (
        f"The known causes of real mis-issues, rebuilt, gave {without:,} wrong papers without our "
        f"checks and **{delivered} with them**; {charged} fees were kept for a paper that did not "
        "come out."
    )
    return japanese, english


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
    issuances, struck, felt = _issuances(runs), Counter[str](), Counter[str]()
    for run in runs:
        struck.update(one.kind for one in run.struck)
        for one in run.struck:
            felt[one.kind] += one.effect
    minutes = sum(run.seconds for run in runs) / 60
    yield "## `make soak`: faults at every joint, and the whole history checked"
    yield ""
    if not runs:
        yield "No run is kept."
        yield ""
        return
    yield f"![Faults that struck, by kind]({picture})"
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
    yield f"| faults, each of which something felt | {struck.total():,} |"
    yield f"| requests delivered twice | {sum(run.repeated_requests for run in runs):,} |"
    yield f"| requests overtaken by later ones | {sum(run.overtaken_requests for run in runs):,} |"
    yield f"| terminals that lost power in mid-sale | {sum(run.power_cuts for run in runs):,} |"
    yield f"| runs in which anything did not hold | {sum(not run.holds for run in runs)} |"
    yield ""
    yield "| fault | times | what felt it | on average |"
    yield "|---|---:|---|---:|"
    for kind, count in struck.most_common():
        fault, what = _KINDS.get(kind, (kind, ""))
        yield f"| {fault} | {count} | {what} | {felt[kind] / count:,.0f} |"
    yield ""
    yield from _occurred(runs)
    yield (
        "Held of every run: one paper for each completed issuance; each person on each page is "
        "whom the "
        "record names for that card; fees are those of completed issuances, by the tariff of "
        "the moment; "
        "events are the transitions, none missing, none twice, in order; nothing was delivered "
        "after a time "
        "limit, a void or a quarantine, or while it was stopped; reports are signed and without "
        "gaps; what adapters, terminals and "
        "coin boxes wrote agrees. A planned fault that nothing feels fails the run."
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


_PIECES = "pieces of traffic held, late or lost, requests without an answer"
_KINDS = {
    "kill": (
        "`kill -9` of a gateway, adapter, relay or PostgreSQL",
        "requests that it left without an answer; of the relay, events that waited",
    ),
    "cut": ("connections cut", "requests that were under way on them"),
    "hold": ("connections silent for 2 s", _PIECES),
    "slow": ("connections slow", _PIECES),
    "answers lost": ("requests arrive, answers are lost", _PIECES),
    "late": ("answers of an adapter come after the deadline", "issuances that expired"),
    "mixed up": ("two answers of an adapter change places", "issuances in quarantine"),
    "power": ("power cut at terminals", "terminals that lost it in mid-sale"),
    "away": ("terminals dark for longer than reports may take", "issuances in doubt"),
    "not mine": ("a cardholder says: this paper is not mine", "reports of it"),
    "stop": ("a named person stops a municipality", "issuances that it met on their way"),
    "clock": ("clock of a gateway 5 s off", "requests that reached it all the same"),
    "disk": ("disk of the relay full", "events that it could not write"),
}


def _occurred(runs: Sequence[Entry]) -> Iterator[str]:
    """Say what really happened, so that nobody takes a promise for tried that was not."""
    seen = together(runs)
    yield "What occurred, so that the promises about it were tried: "
    yield ", ".join(f"{count:,} {name}" for name, count in seen.items() if count) + "."
    for name in never(seen):
        yield f"**Never occurred: {name}.**"
    yield ""


def _issuances(runs: Sequence[Entry]) -> Counter[str]:
    together = Counter[str]()
    for run in runs:
        together.update(run.issuances)
    return together


def _papers(runs: Sequence[Entry]) -> int:
    return sum(run.papers for run in runs)


def _wrong(runs: Sequence[Entry]) -> int:
    return sum(run.wrong_person for run in runs)
