"""What the other proofs showed, a paragraph or a small table each."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from loadtests.relay import NEEDED

from proofs.evidence.kept import Kept


def _heading(name: str, title: str, kept: Kept) -> Iterator[str]:
    yield f"## `make {name}`: {title}"
    yield ""
    yield f"Commit {kept.commit}, {kept.day}."
    yield ""


def model_part(kept: Kept) -> Iterator[str]:
    """Yield what the exhaustive model covered, and that it can find what is planted."""
    report = cast("dict[str, Any]", kept.report)
    yield from _heading("model", "every order of events, for small numbers", kept)
    found = sum(one["found"] for one in report["breakages"])
    yield (
        f"Every state that can be reached was visited: {report['states']:,} states, "
        f"{report['transitions']:,} steps between them, in {report['seconds']:,.0f} s; "
        f"{report['bounds']}. "
        f"It uses the same table of transitions as the gateway. {found} of "
        f"{len(report['breakages'])} "
        "mistakes that were planted to try it were found."
    )
    yield ""
    unheld = sum(not one["holds"] for one in report["invariants"])
    yield (
        "少数の端末・交付について、故障、時間切れ、停止などが起こりうる順序を"
        f"{report['states']:,}状態、{report['transitions']:,}遷移にわたりすべて調べました"
        f"（範囲と故障の数は上の英文のとおり）。守るべき条件{len(report['invariants'])}件のうち"
        f"成り立たないものは{unheld}件、わざと入れた誤り{len(report['breakages'])}件のうち"
        f"{found}件を発見しました。"
    )
    yield ""
    for one in report["invariants"]:
        yield f"- {'holds' if one['holds'] else '**does not hold**'}: {one['name']}"
    yield ""


def guards_part(kept: Kept) -> Iterator[str]:
    """Yield each check, and the test that fails without it."""
    report = cast("dict[str, Any]", kept.report)
    yield from _heading("guards", "every check earns its place", kept)
    survived = report["survived"]
    lost = f"; **nothing noticed the loss of {', '.join(survived)}**" if survived else ""
    caught = report["total"] - len(survived)
    yield (
        f"{report['total']} checks were removed one at a time, on a copy: {caught} of them "
        f"made a test fail{lost}. "
        "Which test stands for which check is in [`guards.json`](guards.json)."
    )
    yield ""
    yield (
        f"プログラムの写しから検査を1つずつ、計{report['total']}件取り除きました。"
        f"そのうち{caught}件でテストが失敗し、取り除いても気付かれなかった検査は{len(survived)}件です。"
    )
    yield ""


def isolation_part(kept: Kept) -> Iterator[str]:
    """Yield how the others fared while one municipality hung and another failed."""
    report = cast("dict[str, Any]", kept.report)
    yield from _heading("isolation", "one slow city is one slow city", kept)
    yield (
        f"At {report['rate_per_second']:.0f} issuances a second (half of the capacity measured "
        "just before, "
        "and only for the machine it ran on), with one municipality that hangs and one that "
        "answers errors, the "
        f"99th percentile of all others was {report['median_ratio']:.2f} times, or "
        f"{report['median_difference_ms']:+.0f} ms, of what it is without them (median of "
        f"{len(report['pairs'])} pairs; allowed: 1.2 times or 5 ms). "
        f"{'It holds.' if report['holds'] else '**It does not hold.**'}"
    )
    yield ""
    yield (
        "1つの自治体が応答せず、別の1つがエラーを返す状態で、残りの自治体の遅い方から1%の所要時間を"
        f"障害なしの場合と{len(report['pairs'])}組比べました。中央値は{report['median_ratio']:.2f}倍、"
        f"差は{report['median_difference_ms']:+.0f}ミリ秒（許容は1.2倍または5ミリ秒）で、"
        f"{'合格' if report['holds'] else '**不合格**'}です。"
    )
    yield ""
    yield "| pair | p99 without the fault, ms | p99 with it, ms | ratio |"
    yield "|---:|---:|---:|---:|"
    for number, pair in enumerate(report["pairs"], start=1):
        yield (
            f"| {number} | {pair['p99_ms_without']:.0f} | {pair['p99_ms_with']:.0f} | "
            f"{pair['ratio']:.2f} |"
        )
    yield ""


def fuzz_part(kept: Kept) -> Iterator[str]:
    """Yield what was sent to each API, and what it answered."""
    reports = cast("list[dict[str, Any]]", kept.report)
    yield from _heading("fuzz", "whatever reaches an API is answered by its description", kept)
    yield (
        f"{len(reports)}個のAPIに、でたらめな、または改変した要求を"
        f"{sum(one['examples'] for one in reports):,}件送りました。"
        f"API仕様にない応答は{sum(one['failures'] for one in reports):,}件でした。"
    )
    yield ""
    yield "| API | operations | requests | failures |"
    yield "|---|---:|---:|---:|"
    for one in reports:
        yield f"| {one['api']} | {one['operations']} | {one['examples']:,} | {one['failures']} |"
    yield ""


def drill_part(kept: Kept) -> Iterator[str]:
    """Yield whether stream and archive had every event after everything that carries them died."""
    report = cast("dict[str, Any]", kept.report)
    yield from _heading("audit-drill", "no audit event is lost, changed or doubled", kept)
    kills = Counter(kill["target"] for kill in report["kills"])
    killed = ", ".join(f"{target} {often} times" for target, often in sorted(kills.items()))
    verified = "verified" if report["verified"] else "**not verified**"
    yield (
        f"While terminals issued for {report['seconds']:.0f} s (seed {report['seed']}), these were "
        f"killed with `kill -9`, each with work before it: {killed}. Afterwards there were "
        f"{report['outbox']:,} events in the outbox, {report['kafka']:,} in Kafka (and "
        f"{report['repeats']:,} repeats), {report['archive']:,} in the archive, {verified} by "
        f"{report['stamps']:,} stamps. One relay on one core caught up with "
        f"{report['relay_events_per_s']:,.0f} events a second (needed: {NEEDED:,}). "
        f"{'It holds.' if report['holds'] else '**It does not hold.**'}"
    )
    yield ""
    lost = report["outbox"] - report["archive"]
    yield (
        f"交付を続けながら、監査記録を運ぶ各プログラムを仕事の途中で計{len(report['kills'])}回強制終了しました。"
        f"発生した記録{report['outbox']:,}件に対し保管庫は{report['archive']:,}件（差{lost}件）で、"
        f"検証は{'合格' if report['verified'] else '**不合格**'}、"
        f"全体として{'合格' if report['holds'] else '**不合格**'}です。"
    )
    yield ""
    for one in (*report["missed"], *report["faults"]):
        yield f"- **{one}**"
