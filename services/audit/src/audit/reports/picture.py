"""The picture of a quarter: papers by week, and below them what went wrong and for how long."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import escape

from madoguchi_wire.clock import japan_day

from audit.reports.facts import Facts

_WIDTH, _LEFT, _RIGHT, _TOP, _BARS = 720, 150, 20, 58, 170
_LANE = 26
_LABEL = 28
"""What a day's label needs; a week that a quarter cuts short may have less."""
_INK, _FAINT, _GRID, _BAR = "#1f2a37", "#6b7685", "#e3e7ec", "#2f6f8f"
_HELD, _STOPPED, _OUT = "#b5482a", "#8a5a00", "#6a4c93"
FONT = "Noto Sans JP"
_PLOT = _WIDTH - _LEFT - _RIGHT


def picture(facts: Facts) -> str:
    """Return the picture as SVG."""
    height = _TOP + _BARS + 34 + 3 * _LANE + 16
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
        f'<g font-family="{FONT}, Noto Sans CJK JP, system-ui, sans-serif">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(20, 24, 15, _INK, f"週ごとの交付件数　{facts.papers:,} 件"),
        _text(20, 43, 11, _FAINT, f"Papers by week, {facts.papers:,} in all"),
        *_weeks(facts),
        *_lanes(facts),
        "</g></svg>",
    ]
    return "\n".join(lines) + "\n"


def _weeks(facts: Facts) -> Iterator[str]:
    most = max([*facts.weeks.values(), 1])
    most += most % 2  # so that the line in the middle stands at a whole number
    base = _TOP + _BARS
    for share in (0.5, 1.0):
        y = base - _BARS * share
        yield _line(_LEFT, y, _WIDTH - _RIGHT, y, _GRID)
        yield _text(_LEFT - 8, y + 4, 11, _FAINT, f"{most * share:,.0f}", anchor="end")
    for week, papers in facts.weeks.items():
        left, right = _x(facts, week), _x(facts, _week_end(facts, week))
        high = _BARS * papers / most
        yield _box(left + 2, base - high, right - left - 4, high, _BAR)
        if right - left < _LABEL:
            continue
        label = f"{week.month}/{week.day}"
        yield _text(round((left + right) / 2), base + 16, 10, _FAINT, label, anchor="middle")
    yield _line(_LEFT, base, _WIDTH - _RIGHT, base, _FAINT)


def _lanes(facts: Facts) -> Iterator[str]:
    lanes = (
        ("隔離", "Quarantines", _HELD, [(one.began, one.began) for one in facts.quarantines]),
        ("停止", "Stops", _STOPPED, [(one.raised, one.released) for one in facts.stops]),
        ("障害", "Outages", _OUT, [(one.began, one.ended) for one in facts.outages]),
    )
    for number, (ja, en, colour, spans) in enumerate(lanes):
        y = _TOP + _BARS + 34 + number * _LANE
        yield _text(20, y + 14, 12, _INK, ja)
        yield _text(54, y + 14, 10, _FAINT, en)
        yield _text(_LEFT - 8, y + 14, 12, _INK, str(len(spans)), anchor="end")
        yield _line(_LEFT, y + 10, _WIDTH - _RIGHT, y + 10, _GRID)
        for began, ended in spans:
            left = _at(facts, began)
            right = _at(facts, ended or facts.made_at)
            yield _box(left - 2, y + 3, max(4.0, right - left), 14, colour)


def _week_end(facts: Facts, week: date) -> date:
    return min(week + timedelta(days=7), facts.quarter.last_day + timedelta(days=1))


def _x(facts: Facts, day: date) -> float:
    days = (facts.quarter.last_day - facts.quarter.first_day).days + 1
    return _LEFT + _PLOT * (day - facts.quarter.first_day).days / days


def _at(facts: Facts, moment: datetime) -> float:
    return min(max(_x(facts, japan_day(moment)), float(_LEFT)), float(_WIDTH - _RIGHT))


def _text(x: float, y: float, size: int, fill: str, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{stroke}"/>'


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'
    )
