"""Two pictures: the papers of each month by kind, and where they were printed."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import typst
from pylopdf_fonts_jp import sans_path

from proofs.fy2010.report import Month, Row, Year

FONT = "Noto Sans JP"
_WIDTH, _LEFT, _RIGHT, _TOP = 720, 64, 24, 86
_BARS, _ROW, _NAME = 210, 34, 130
_INK, _FAINT, _GRID = "#1f2a37", "#6b7685", "#e3e7ec"
_RESIDENT, _SEAL = "#2f6f8f", "#c98a2b"
_STEPS = (1, 2, 5)
_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.picture), format: "svg", width: 720pt)
"""


def months_picture(year: Year) -> str:
    """Return the papers of each month as SVG."""
    height = _TOP + _BARS + 40
    return _svg(
        height,
        f"月ごとの交付枚数　{year.issuances:,} 枚",
        f"Papers by month, {year.issuances:,} in all",
        [*_scale(year.months), *_months(year.months)],
    )


def places_picture(year: Year) -> str:
    """Return the papers of each place as SVG."""
    height = _TOP + _ROW * len(year.table) + 16
    return _svg(
        height,
        f"交付場所別枚数　{year.issuances:,} 枚",
        f"Papers by place, {year.issuances:,} in all",
        list(_places(year.table)),
    )


def as_png(picture: str) -> bytes:
    """Return a picture as PNG, with the fonts that certificates are printed with."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[sans_path().parent],
    )
    inputs = {"picture": picture}
    made = typst.compile(
        _PAGE.encode(), format="png", ppi=144, sys_inputs=inputs, font_paths=fonts, timestamp=0
    )
    return bytes(made)


def write_pictures(year: Year, folder: Path) -> list[Path]:
    """Write both pictures as SVG and PNG; return their paths."""
    written: list[Path] = []
    for name, picture in (("months", months_picture(year)), ("places", places_picture(year))):
        svg, png = folder / f"{name}.svg", folder / f"{name}.png"
        svg.write_text(picture, "utf-8")
        png.write_bytes(as_png(picture))
        written += [svg, png]
    return written


def _svg(height: int, title: str, subtitle: str, drawn: Sequence[str]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
        f'<g font-family="{FONT}, Noto Sans CJK JP, system-ui, sans-serif">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(20, 28, 16, _INK, f"市川市 平成22年度　{title}"),
        _text(20, 48, 11, _FAINT, f"Ichikawa, fiscal year 2010 (replayed). {subtitle}"),
        _box(20, 60, 11, 11, _RESIDENT),
        _text(36, 70, 11, _INK, "住民票 resident records"),
        _box(190, 60, 11, 11, _SEAL),
        _text(206, 70, 11, _INK, "印鑑 seal certificates"),
        *drawn,
        "</g></svg>",
    ]
    return "\n".join(lines) + "\n"


def _scale(months: Sequence[Month]) -> Iterator[str]:
    top, step = _top(months)
    for papers in range(0, top + 1, step):
        y = _TOP + _BARS * (1 - papers / top)
        yield _line(_LEFT, y, _WIDTH - _RIGHT, y, _FAINT if papers == 0 else _GRID)
        yield _text(_LEFT - 8, y + 4, 11, _FAINT, f"{papers:,}", anchor="end")


def _months(months: Sequence[Month]) -> Iterator[str]:
    top, _ = _top(months)
    each = (_WIDTH - _LEFT - _RIGHT) / len(months)
    wide = min(each * 0.62, 60)
    for number, month in enumerate(months):
        middle = _LEFT + each * (number + 0.5)
        base = float(_TOP + _BARS)
        for papers, colour in ((month.resident, _RESIDENT), (month.seal, _SEAL)):
            high = _BARS * papers / top
            base -= high
            yield _box(middle - wide / 2, base, wide, high, colour)
        both = month.resident + month.seal
        yield _text(middle, base - 5, 11, _INK, f"{both:,}", anchor="middle")
        year, name = month.month.split("-")
        yield _text(middle, _TOP + _BARS + 17, 12, _INK, f"{int(name)}月", anchor="middle")
        if number == 0 or name == "01":
            yield _text(middle, _TOP + _BARS + 32, 10, _FAINT, year, anchor="middle")


def _top(months: Sequence[Month]) -> tuple[int, int]:
    """Return the end of the scale and its step: round numbers, at most six lines."""
    most = max([month.resident + month.seal for month in months] + [1])
    steps = [base * 10**power for power in range(6) for base in _STEPS]
    step = next(one for one in steps if one * 5 >= most)
    return -(-most // step) * step, step


def _places(rows: Sequence[Row]) -> Iterator[str]:
    most = max([row.total for row in rows] + [1])
    longest = _WIDTH - _NAME - _RIGHT - 120
    for number, row in enumerate(rows):
        y, x = _TOP + _ROW * number, float(_NAME)
        yield _text(_NAME - 10, y + 18, 13, _INK, row.place, anchor="end")
        for papers, colour in ((row.resident, _RESIDENT), (row.seal, _SEAL)):
            wide = longest * papers / most
            yield _box(x, y + 4, wide, 20, colour)
            x += wide
        yield _text(x + 8, y + 19, 12, _INK, f"{row.total:,}　{row.share:.1f}%")


def _text(x: float, y: float, size: int, fill: str, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}"'
        f' text-anchor="{anchor}" paint-order="stroke" stroke="#ffffff" stroke-width="3">'
        f"{escape(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:.1f}" x2="{x2:g}" y2="{y2:.1f}" stroke="{stroke}"/>'


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'
    )
