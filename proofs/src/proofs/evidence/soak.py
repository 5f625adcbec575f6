"""What all soaks together showed."""

from collections import Counter
from collections.abc import Iterator, Sequence

from proofs.evidence.sums import issuances, minutes, papers, wrong
from proofs.evidence.unheld import unheld, unheld_part
from proofs.evidence.words import KINDS, STATES
from proofs.soak.ledger import Entry, together
from proofs.soak.occurred import never


def soak_part(runs: Sequence[Entry], picture: str) -> Iterator[str]:
    """Yield what `make soak` did and found, all runs together."""
    yield "## `make soak`: faults at every joint, and the whole history checked"
    yield ""
    if not runs:
        yield "No run is kept. 保存された実行結果はありません。"
        yield ""
        return
    yield _in_japanese(runs)
    yield ""
    yield f"![Faults that struck, by kind]({picture})"
    yield ""
    yield from _sums(runs)
    yield from _commits(runs)
    yield from _strikes(runs)
    yield from _occurred(runs)
    yield _HELD
    yield ""
    yield from unheld_part(runs)
    yield f"Seeds: {', '.join(str(run.seed) for run in runs)}."
    yield ""


def _in_japanese(runs: Sequence[Entry]) -> str:
    kinds = {one.kind for run in runs for one in run.struck}
    return (
        "システム全体を実プロセスで動かし、負荷をかけながら"
        f"{len(kinds)}種類の障害を次々に起こす試験を"
        f"{len(runs)}回、合計{minutes(runs):,.0f}分行いました。障害は{_struck(runs).total():,}回、"
        f"交付の申請は{issuances(runs).total():,}件です。終了後、独立した検査プログラムが記録を突き合わせ、"
        f"紙{papers(runs):,}枚をすべて開きました。別人の記載は{wrong(runs)}枚、"
        f"不合格の実行は{len(unheld(runs))}回でした。"
    )


def _sums(runs: Sequence[Entry]) -> Iterator[str]:
    yield "| | | what it means |"
    yield "|---|---:|---|"
    yield f"| runs, each with a seed of its own | {len(runs)} | |"
    yield f"| … that did not hold | {len(unheld(runs))} | each is named below |"
    yield f"| minutes under load | {minutes(runs):,.0f} | |"
    yield f"| issuances | {issuances(runs).total():,} | one certificate each, by its last state |"
    for state, count in issuances(runs).most_common():
        yield f"| … {state} | {count:,} | {STATES.get(state, '')} |"
    yield f"| papers opened and read | {papers(runs):,} | {_MORE_PAPERS} |"
    yield f"| … of another person | {wrong(runs)} | |"
    yield f"| events compared with transitions | {sum(run.events for run in runs):,} | |"
    yield f"| faults, each of which something felt | {_struck(runs).total():,} | |"
    yield f"| requests delivered twice | {sum(run.repeated_requests for run in runs):,} | |"
    overtaken = sum(run.overtaken_requests for run in runs)
    yield f"| requests overtaken by later ones | {overtaken:,} | |"
    yield f"| terminals that lost power in mid-sale | {sum(run.power_cuts for run in runs):,} | |"
    yield ""


_MORE_PAPERS = "also what was printed and then void, which the staff destroy"


def _commits(runs: Sequence[Entry]) -> Iterator[str]:
    """Say whose code the runs are of."""
    counted = dict.fromkeys(run.commit for run in runs)
    yield "| code of commit | runs | issuances |"
    yield "|---|---:|---:|"
    for commit in counted:
        of_it = [run for run in runs if run.commit == commit]
        yield f"| {commit} | {len(of_it)} | {issuances(of_it).total():,} |"
    yield ""


def _strikes(runs: Sequence[Entry]) -> Iterator[str]:
    struck, felt = _struck(runs), Counter[str]()
    for run in runs:
        for one in run.struck:
            felt[one.kind] += one.effect
    yield "| fault | times | what felt it | on average |"
    yield "|---|---:|---|---:|"
    for kind, count in struck.most_common():
        fault, what = KINDS.get(kind, (kind, ""))
        yield f"| {fault} | {count} | {what} | {felt[kind] / count:,.0f} |"
    yield ""


def _struck(runs: Sequence[Entry]) -> Counter[str]:
    return Counter(one.kind for run in runs for one in run.struck)


def _occurred(runs: Sequence[Entry]) -> Iterator[str]:
    """Say what really happened, so that nobody takes a promise for tried that was not."""
    seen = together(runs)
    yield "What occurred, so that the promises about it were tried: "
    yield ", ".join(f"{count:,} {name}" for name, count in seen.items() if count) + "."
    for name in never(seen):
        yield f"**Never occurred: {name}.**"
    yield ""


_HELD = (
    "Held of every run but those that are named below: one paper for each completed issuance; each "
    "person on each page is whom the record names for that card; fees are those of completed "
    "issuances, by the tariff of the moment; events are the transitions, none missing, none twice, "
    "in order; nothing was delivered after a time limit, a void or a quarantine, or while it was "
    "stopped; reports are signed and without gaps; what adapters, terminals and coin boxes wrote "
    "agrees. A planned fault that nothing feels fails the run."
)
