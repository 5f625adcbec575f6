"""The picture of a run: for each stage what grew, and beside it what must not."""

from collections.abc import Iterator, Sequence
from html import escape

from proofs.growth.plan import RELOAD_S, RSS_MB
from proofs.growth.report import Report

FONT = "Noto Sans JP"
_WIDTH, _PANEL, _LEFT, _TOP, _BAR = 780, 180, 24, 96, 150
_INK, _FAINT, _GRID = "#1f2a37", "#6b7685", "#e3e7ec"
_FILL, _LIMIT = "#2f6f8f", "#b5482a"


def picture(report: Report) -> str:
    """Return it as SVG."""
    last, served = report.stages[-1], sum(one.completed for one in report.stages)
    requests, failed = (
        sum(getattr(one, name) for one in report.stages) for name in ("requests", "failed")
    )
    panels = [
        _panel(0, "in force after (s)", [one.reload_s for one in report.stages], RELOAD_S, 2),
        _panel(1, "memory of a replica (MB)", [one.rss_mb for one in report.stages], RSS_MB, 0),
        _panel(2, "one menu, median (ms)", [one.lookup_ms for one in report.stages], None, 1),
        _panel(3, "papers a second", [one.papers_a_s for one in report.stages], None, 1),
    ]
    names = [f"{one.municipalities:,} / {one.terminals:,}" for one in report.stages]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_TOP + _BAR + 74}">',
        f'<g font-family="{FONT}, Noto Sans CJK JP, system-ui, sans-serif">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(
            _LEFT,
            30,
            17,
            _INK,
            f"From 3 municipalities and 7 stores to {last.municipalities:,} and"
            f" {last.terminals:,}, without a stop",
        ),
        _text(
            _LEFT,
            52,
            12,
            _FAINT,
            f"{served:,} papers under load, {requests:,} requests, {failed} failed. Red: the limit."
            " Below each bar: municipalities / stores.",
        ),
        *(line for panel in panels for line in panel),
        *(line for panel in range(4) for line in _names(panel, names)),
        "</g></svg>",
    ]
    return "\n".join(lines) + "\n"


def _panel(
    number: int, title: str, values: Sequence[float], limit: float | None, digits: int
) -> Iterator[str]:
    left = _LEFT + number * (_PANEL + 8)
    top = max([*values, limit or 0.0, 0.001]) * 1.1
    base = _TOP + _BAR
    yield _text(left, _TOP - 14, 12, _INK, title)
    yield _line(left, base, left + _PANEL - 12, base, _GRID)
    for middle, value in zip(_middles(left, len(values)), values, strict=True):
        high = max(1.0, _BAR * value / top)
        yield (
            f'<rect x="{middle - 19:.1f}" y="{base - high:.1f}" width="38" height="{high:.1f}"'
            f' fill="{_FILL}"/>'
        )
        yield _text(middle, base - high - 5, 12, _INK, f"{value:,.{digits}f}", anchor="middle")
    if limit is not None:
        at = base - _BAR * limit / top
        yield _line(left, at, left + _PANEL - 12, at, _LIMIT)


def _names(panel: int, names: Sequence[str]) -> Iterator[str]:
    left = _LEFT + panel * (_PANEL + 8)
    for number, (middle, name) in enumerate(zip(_middles(left, len(names)), names, strict=True)):
        # Neighbours would meet on one line.
        low = _TOP + _BAR + (18 if number % 2 == 0 else 34)
        yield _text(middle, low, 11, _FAINT, name, anchor="middle")


def _middles(left: float, number: int) -> list[float]:
    each = (_PANEL - 12) / number
    return [left + each * (index + 0.5) for index in range(number)]


def _text(x: float, y: float, size: int, fill: str, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}"/>'
