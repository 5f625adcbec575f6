"""The page that somebody who decides reads in five minutes, drawn from the kept reports."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from proofs.evidence.incidents import incidents_part
from proofs.evidence.kept import SOAK, Kept, read_kept
from proofs.evidence.opening import opening
from proofs.evidence.others import drill_part, fuzz_part, guards_part, isolation_part, model_part
from proofs.evidence.picture import picture
from proofs.evidence.soak import soak_part
from proofs.soak.ledger import Entry, read

PICTURE = "soak.svg"
PAGE = "README.md"
_PARTS: dict[str, Callable[[Kept], Iterator[str]]] = {
    "incidents": incidents_part,
    "model": model_part,
    "guards": guards_part,
    "isolation": isolation_part,
    "fuzz": fuzz_part,
    "audit-drill": drill_part,
}


def write_page(folder: Path) -> None:
    """Write page and picture anew from what a folder keeps.

    Raises:
        OSError, ValueError: a report cannot be read.

    """
    kept, runs = read_kept(folder), read(folder / SOAK)
    (folder / PAGE).write_text(page(kept, runs), "utf-8")
    (folder / PICTURE).write_text(picture(runs), "utf-8")


def page(kept: dict[str, Kept], runs: Sequence[Entry]) -> str:
    """Return the page in Markdown."""
    lines = [*opening(kept, runs), *soak_part(runs, PICTURE)]
    for name, part in _PARTS.items():
        lines += part(kept[name]) if name in kept else _missing(name)
    lines += _CLOSING
    return "\n".join(lines) + "\n"


def _missing(name: str) -> list[str]:
    return [f"## `make {name}`", "", "No report is kept. 保存された報告はありません。", ""]


_CLOSING = """\
## How to check this yourself

`make evidence` runs everything again and writes this page anew; `make evidence PARTS=page` only
draws the page from the reports beside it. Each report names the commit whose code it is about.
Nothing is needed but one ordinary computer: residents, cards and municipalities are made up.

What these proofs do not say stands in [`proofs/README.md`](../../proofs/README.md).
""".splitlines()
