"""The picture of all soaks: how often each kind of fault struck, and how much was under way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from proofs.soak.ledger import Entry

_ROW, _LEFT, _BAR, _TOP = 30, 150, 430, 74
_INK, _FAINT, _FAULT = "#1f2a37", "#6b7685", "#b5482a"
_FONT = "font-family='system-ui, sans-serif'"


def picture(runs: Sequence[Entry]) -> str:
    """Return an SVG picture."""
    struck = Counter(one.kind for run in runs for one in run.struck)
    papers = sum(run.papers for run in runs)
    wrong = sum(run.wrong_person for run in runs)
    height = _TOP + _ROW * len(struck) + 16
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 660 {height}' width='660' {_FONT}>",
        "<rect width='100%' height='100%' fill='#ffffff'/>",
        _text(20, 32, 18, _INK, f"{wrong} of {papers:,} papers showed another person"),
        _text(20, 54, 13, _FAINT, f"while {struck.total():,} faults struck, by kind:"),
        *_bars(struck),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bars(struck: Counter[str]) -> Iterator[str]:
    most = max(struck.values(), default=1)
    for row, (kind, count) in enumerate(struck.most_common()):
        y, width = _TOP + _ROW * row, max(2, round(_BAR * count / most))
        yield _text(_LEFT - 10, y + 15, 13, _INK, kind, end=True)
        yield f"<rect x='{_LEFT}' y='{y}' width='{width}' height='20' fill='{_FAULT}'/>"
        yield _text(_LEFT + width + 8, y + 15, 13, _INK, f"{count:,}")


def _text(x: int, y: int, size: int, colour: str, text: str, *, end: bool = False) -> str:
    anchor = " text-anchor='end'" if end else ""
    return f"<text x='{x}' y='{y}' font-size='{size}' fill='{colour}'{anchor}>{escape(text)}</text>"
