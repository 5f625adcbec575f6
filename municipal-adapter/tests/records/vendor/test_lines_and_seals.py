"""A vendor's form may draw tables and seals, but no character in lines and no seal elsewhere."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from madoguchi_wire.errors import ReadBackFailed
from madoguchi_wire.order import Options, ResidentRecordOptions, SealRegistrationOptions
from municipal_adapter.readback.page import read_pages
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.papers import approved_fonts
from municipal_adapter_testing.vendor.paper import FORM, VendorPrinter
from municipal_adapter_testing.vendor.server import VendorServer

ICHIKAWA = "122033"
RECORD, SEAL = ResidentRecordOptions(), SealRegistrationOptions()
PERSON = "for (label, value) in person { line(label, value) }"
HEADING = "for (label, value) in paper.heading { line(label, value) }"
REGISTERED = "#if paper.picture != none { image(bytes(paper.picture), width: 20mm) }"
OFFICIAL = "#image(bytes(paper.office_seal), width: 18mm)"
Form = Callable[[str], str]


def instead(old: str, new: str) -> Form:
    def changed(form: str) -> str:
        assert old in form
        return form.replace(old, new)

    return changed


def heading(between: str) -> Form:
    """Draw something between the digits of 24番 in the address."""
    parts = f'let parts = value.split("24"); parts.at(0) + "2" + {between} + "4" + parts.at(1)'
    line = f'if value.contains("24") {{ block[#box(width: 45mm, label)#{{ {parts} }}] }}'
    return instead(
        HEADING, f"for (label, value) in paper.heading {{ {line} else {{ line(label, value) }} }}"
    )


def name(after: str) -> Form:
    """Draw something at the end of each name, in large letters."""
    drawn = f"block(below: 4mm)[#set text(16pt); #box(width: 45mm, label)#value#{after}]"
    each = f'if label == "氏名" {{ {drawn} }} else {{ line(label, value) }}'
    return instead(PERSON, f"for (label, value) in person {{ {each} }}")


TABLE = instead(
    PERSON,
    "table(columns: (45mm, 1fr), inset: 2.5mm, stroke: 0.5pt, ..person.flatten())",
)
BAR = (
    "box(width: 5pt, height: 0pt, place(dx: 2.5pt, dy: -11pt,"
    " std.line(end: (0pt, 14.5pt), stroke: 0.9pt)))"
)
OVER_LAST = "box(width: 0pt, height: 0pt, place(dx: -16pt, dy: -14.5pt, std.line(length: 15pt)))"
FOUR_STROKES = (
    "h(4pt) + box(width: 16pt, height: 0pt, {"
    " for y in (-12pt, -5.5pt, 1.5pt) { place(dy: y, std.line(length: 14.5pt)) }"
    " place(dx: 7pt, dy: -12.5pt, std.line(end: (0pt, 14.5pt))) })"
)


def exchanged(form: str) -> str:
    """Let each seal stand where the other should, in the old order of the file."""
    seals = (
        "place(top + left, dx: 40mm, dy: 180mm, image(bytes(paper.picture), width: 20mm));"
        " place(top + left, dx: 40mm, dy: 75mm, image(bytes(paper.office_seal), width: 18mm))"
    )
    return form.replace(REGISTERED, f"#if paper.picture != none {{ {seals} }}").replace(
        OFFICIAL, ""
    )


ALLOWED: dict[str, tuple[Options, Form]] = {
    "a table": (RECORD, TABLE),
    "a table beside a seal": (SEAL, TABLE),
    "a larger official seal": (SEAL, instead("width: 18mm", "width: 30mm")),
}
REFUSED: dict[str, tuple[Options, Form]] = {
    "a bar between two digits": (RECORD, heading(BAR)),
    "a stroke over the last character": (RECORD, name(OVER_LAST)),
    "a character in four strokes": (RECORD, name(FOUR_STROKES)),
    "a space between two digits": (RECORD, heading("h(0.3em)")),
    "the seals exchanged": (SEAL, exchanged),
    "a small official seal": (RECORD, instead("width: 18mm", "width: 12mm")),
    "a huge official seal": (RECORD, instead("width: 18mm", "width: 80mm")),
    "an official seal far from the mayor": (
        RECORD,
        instead(OFFICIAL, f"#v(40mm)\n{OFFICIAL}"),
    ),
}


def printing(folder: Path, form: Form) -> VendorPrinter:
    file = folder / "form.typ"
    file.write_text(form(FORM.read_text("utf-8")), "utf-8")
    return VendorPrinter(form=file)


@pytest.mark.parametrize("drawn", list(ALLOWED))
async def test_tables_and_seals_come_out(
    counter: Counter, server: VendorServer, tmp_path: Path, drawn: str
) -> None:
    options, form = ALLOWED[drawn]
    server.printer = printing(tmp_path, form)
    (page,) = read_pages(await counter.pdf(Case.ORDINARY, options), approved_fonts())
    assert bool(page.lines) == (form is TABLE)


@pytest.mark.parametrize("drawn", list(REFUSED))
async def test_drawn_strokes_and_displaced_seals_never_leave(
    counter: Counter, server: VendorServer, tmp_path: Path, drawn: str
) -> None:
    options, form = REFUSED[drawn]
    server.printer, issuance = printing(tmp_path, form), uuid4()
    with pytest.raises(ReadBackFailed):
        await counter.pdf(Case.ORDINARY, options, issuance)
    evidence = counter.adapter.municipalities[ICHIKAWA].evidence
    assert await evidence.sealed(issuance) is not None
