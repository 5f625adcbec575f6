"""Runs of the soak that did not hold, and why in a word."""

from collections.abc import Iterator, Sequence

from proofs.soak.ledger import Entry

WHAT_IT_MEANS = (
    "A run does not hold if the checker finds anything that differs, if nothing felt a fault that "
    "was planned (then the run proves less than it says), if a promise was never tried, or if the "
    "run ended by an error. Such runs stay in all numbers above. A run that a person broke off is "
    "listed and counts as neither. （検査で相違が見つかった、計画した障害が何にも当たらなかった、"
    "起こるはずのことが一度も起きなかった、またはエラーで途中終了した実行は「不合格」です。"
    "不合格の実行も上の数字に含みます。人が中断した実行は合否に数えません。）"
)


def unheld(runs: Sequence[Entry]) -> list[Entry]:
    """Return those that did not hold; who breaks a run off says nothing about the product."""
    return [run for run in runs if not run.holds and not run.broken_off]


def why(run: Entry) -> tuple[str, str]:
    """Say why a run did not hold, in English and in Japanese."""
    if run.ended_by is not None:
        return f"ended by {run.ended_by}", f"{run.ended_by}で途中終了"
    if run.faults_found:
        found = ", ".join(f"{count} {name}" for name, count in run.faults_found.items())
        return found, f"検査で相違：{found}"
    if run.lacking:
        lacking = ", ".join(run.lacking)
        return f"never occurred: {lacking}", f"一度も起きなかった：{lacking}"
    return "nothing felt a fault that was planned", "計画した障害が何にも当たらなかった"


def unheld_part(runs: Sequence[Entry]) -> Iterator[str]:
    """Yield each of them, and those that were broken off."""
    off = [run for run in runs if run.broken_off]
    if not unheld(runs) and not off:
        return
    yield WHAT_IT_MEANS
    yield ""
    for run in unheld(runs):
        english, japanese = why(run)
        yield f"- **did not hold**: seed {run.seed}, commit {run.commit}: {english} ({japanese})"
    for run in off:
        yield f"- broken off by a person: seed {run.seed}, commit {run.commit} (人による中断)"
    yield ""
