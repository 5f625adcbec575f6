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
    for one in (*report["missed"], *report["faults"]):
        yield f"- **{one}**"
