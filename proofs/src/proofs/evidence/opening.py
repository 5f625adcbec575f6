"""The answer first, in Japanese and in English, before anything is explained."""

from collections.abc import Iterator, Sequence
from typing import Any

from proofs.evidence.kept import Kept
from proofs.evidence.sums import bound_of, issuances, papers, wrong
from proofs.evidence.unheld import unheld, why
from proofs.soak.ledger import Entry

_NOWHERE = ("", "—")
"""Of a case that no city has reported."""


def opening(kept: dict[str, Kept], runs: Sequence[Entry]) -> Iterator[str]:
    """Yield what was run, how often, and what came of it; nothing of what was not run."""
    cases: list[dict[str, Any]] = list(kept["incidents"].report) if "incidents" in kept else []  # type: ignore[arg-type]
    ended = [run for run in runs if not run.broken_off]
    soaked, rebuilt = _of_runs(ended) if ended else None, _of_cases(cases) if cases else None
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
    ends, opened, others = issuances(runs), papers(runs), wrong(runs)
    count, out = ends.total(), ends["completed"]
    commits = len({run.commit for run in runs})
    strikes = sum(len(run.struck) for run in runs)
    japanese = (
        f"実プロセスで交付の申請{count:,}件を処理し（うち交付済み{out:,}件）、その最中に{strikes:,}回の障害"
        "（強制終了、回線断、遅延、回答の取り違え、時計ずれ、ディスク満杯、停電など）を起こしました。"
        f"独立した検査プログラムが紙{opened:,}枚をすべて開き、別人の記載は{others}枚でした"
        f"（{commits}つの版のコードの合計）。"
    )
    english = (
        f"Real processes handled {count:,} issuances, {out:,} of which came out on paper, "
        f"while {strikes:,} faults struck (the code of {commits} commits together). "
        f"An independent program opened all {opened:,} papers: **{others} showed another person**."
    )
    without, ja = _unheld(runs)
    return japanese + ja, " ".join(filter(None, (english, bound_of(opened, others), without)))


def _unheld(runs: Sequence[Entry]) -> tuple[str, str]:
    """Say how many runs did not hold and why, in English and in Japanese."""
    broken = unheld(runs)
    if not broken:
        return "Every run held.", f"{len(runs)}回の実行はすべて合格しました。"
    reasons = [why(run) for run in broken]
    english = "; ".join(dict.fromkeys(en for en, _ in reasons))
    japanese = "、".join(dict.fromkeys(ja for _, ja in reasons))
    return (
        f"Of {len(runs)} runs, {len(broken)} did not hold: {english}.",
        f"{len(runs)}回の実行のうち不合格は{len(broken)}回です（理由：{japanese}）。",
    )


def _of_cases(cases: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Return what the incidents say, in Japanese and in English: the real ones, then the others."""
    real = [case for case in cases if case["where"] not in _NOWHERE]
    others = [case for case in cases if case["where"] in _NOWHERE]
    happened, imagined = _without(real), _without(others)
    delivered = sum(case["wrong_delivered"] for case in cases)
    charged = sum(case["charged_for_refused"] for case in cases)
    japanese = (
        f"2020年から2024年に実際に起きた原因{len(real)}例を再現すると、対策なしでは別人の証明書が"
        f"{happened:,}枚、想定上の故障と悪意ある参加者{len(others)}例では{imagined:,}枚出ました。"
        f"対策ありではいずれも合わせて{delivered}枚、交付なしの課金は{charged}件でした。"
    )
    english = (
        f"The {len(real)} known causes of real mis-issues, rebuilt, gave {happened:,} wrong papers "
        f"without our checks, and {len(others)} faults and traitors that nobody has seen yet "
        f"{imagined:,}; all together gave **{delivered} with them**, and {charged} fees were kept "
        "for a paper that did not come out."
    )
    return japanese, english


def _without(cases: Sequence[dict[str, Any]]) -> int:
    return sum(case["wrong_without_defence"] for case in cases)
