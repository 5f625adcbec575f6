"""A vendor's file that says one thing and draws another: it is refused, or the right paper leaves.

What leaves is looked at by another renderer, which shares nothing with our reader.
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
import pytest
from fontTools.cffLib import CFFFontSet  # pyright: ignore[reportMissingTypeStubs]
from madoguchi_wire.errors import PersonRefused, ReadBackFailed
from madoguchi_wire.order import SealRegistrationOptions
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.counter import Counter
from municipal_adapter_testing.papers import ichikawa
from municipal_adapter_testing.vendor.server import VendorServer, changed
from PIL import Image, ImageChops

SEAL = SealRegistrationOptions()
ICHIKAWA = "122033"
FOOT_POINTS = 45
"""Where number, issuance and page stand, which differ from paper to paper."""
Attack = Callable[[pikepdf.Pdf], None]


def _contents(page: pikepdf.Page) -> bytes:
    page.contents_coalesce()
    return page.Contents.read_bytes()


def _drawn_instead(document: pikepdf.Pdf, contents: bytes) -> None:
    document.pages[0].Contents = pikepdf.Stream(document, contents)


def _inside_a_form(document: pikepdf.Pdf, before: bytes, stream: bytes, box: Any) -> None:
    page = document.pages[0]
    form = pikepdf.Stream(document, stream)
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox, form.Resources = pikepdf.Array(box), page.obj.Resources
    inner = pikepdf.Dictionary(fm=document.make_indirect(form))
    page.obj.Resources = pikepdf.Dictionary(XObject=inner)
    _drawn_instead(document, before + b" /fm Do")


def white_polygon(document: pikepdf.Pdf) -> None:
    document.pages[0].contents_add(b"\nq 1 g 0 0 m 595 0 l 595 841 l 0 841 l f Q\n")


def slanting_stroke(document: pikepdf.Pdf) -> None:
    document.pages[0].contents_add(b"\nq 100 100 m 300 100 l 300 300 l h S Q\n")


def clipped_by_a_form(document: pikepdf.Pdf) -> None:
    _inside_a_form(document, b"", _contents(document.pages[0]), (0, 0, 0, 0))


def white_inherited_by_a_form(document: pikepdf.Pdf) -> None:
    stream = _contents(document.pages[0]).replace(b"/c0 cs 0 scn", b"")
    _inside_a_form(document, b"1 g", stream, (0, 0, 596, 842))


def drawn_with_a_pattern(document: pikepdf.Pdf) -> None:
    stream = _contents(document.pages[0])
    _drawn_instead(document, stream.replace(b"/c0 cs 0 scn", b"/Pattern cs"))


def another_seal_in_stripes(document: pikepdf.Pdf) -> None:
    stream = _contents(document.pages[0])
    found = re.search(rb"q ([\d.]+) 0 0 ([\d.]+) ([\d.]+) ([\d.]+) cm/x0 Do", stream)
    assert found
    width, height, x, y = map(float, found.groups())
    stripes = [b"%.2f %.2f %.2f 1.9 re f" % (x, y + 1.9 * n, width) for n in range(int(height / 2))]
    dots = [b"%.2f %.2f 2 2 re f" % (x + 2 * n, y + 2 * n) for n in range(20)]
    drawn = b" ".join([b"\nq 1 g", *stripes, b"0 g", *dots, b"Q"])
    _drawn_instead(document, stream + drawn)


def written_in_dots(document: pikepdf.Pdf) -> None:
    dots = [b"%d %d 2 2 re f" % (100 + 3 * n, 300) for n in range(100)]
    document.pages[0].contents_add(b"\nq 0 g " + b" ".join(dots) + b" Q\n")


def squeezed_to_a_spot(document: pikepdf.Pdf) -> None:
    stream = _contents(document.pages[0])
    _drawn_instead(document, stream.replace(b" Tf 1 0 0 -1", b" Tf 1 Tz 1 0 0 -1"))


def values_exchanged(document: pikepdf.Pdf) -> None:
    """Let name and address stand beside each other's labels, drawn in the old order."""
    stream = _contents(document.pages[0])
    places = list(re.finditer(rb"q 1 0 0 -1 (198\.\d+) (\d+\.\d+) cm", stream))
    name, address = places[0], places[3]
    moved = stream[: name.start(2)] + address[2] + stream[name.end(2) : address.start(2)]
    _drawn_instead(document, moved + name[2] + stream[address.end(2) :])


def _fonts(document: pikepdf.Pdf) -> list[Any]:
    fonts: Any = document.pages[0].obj.Resources.Font
    return [fonts[name] for name in fonts.keys()]  # noqa: SIM118  (no mapping to iterate over)


def a_second_font_file(document: pikepdf.Pdf) -> None:
    for font in _fonts(document):
        described = font.DescendantFonts[0].FontDescriptor
        described.FontFile2 = document.make_indirect(pikepdf.Stream(document, b"another"))


def a_font_set_by_the_graphics_state(document: pikepdf.Pdf) -> None:
    resources: Any = document.pages[0].obj.Resources
    other = pikepdf.Dictionary(Font=pikepdf.Array([_fonts(document)[0], 14]))
    resources.ExtGState = pikepdf.Dictionary(g9=other)
    stream = _contents(document.pages[0])
    _drawn_instead(document, stream.replace(b" Tf 1 0 0 -1", b" Tf /g9 gs 1 0 0 -1"))


def glyphs_moved_by_an_inner_matrix(document: pikepdf.Pdf) -> None:
    for font in _fonts(document):
        file = font.DescendantFonts[0].FontDescriptor.FontFile3
        fonts: Any = CFFFontSet()
        fonts.decompile(BytesIO(file.read_bytes()), None)
        top = fonts.topDictIndex[0]
        for name in top.CharStrings.keys():  # noqa: SIM118  (as above)
            top.CharStrings[name].decompile()
        for inner in top.FDArray:
            inner.FontMatrix = inner.rawDict["FontMatrix"] = [0.001, 0, 0, 0.001, 0, 3]
        written = BytesIO()
        fonts.compile(written, type("Options", (), {"recalcBBoxes": False})())
        file.write(written.getvalue())


def transparency_that_is_no_number(document: pikepdf.Pdf) -> None:
    resources: Any = document.pages[0].obj.Resources
    resources.ExtGState = pikepdf.Dictionary(g=pikepdf.Dictionary(CA=pikepdf.Name.One))


def a_turn_that_is_no_number(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Rotate = pikepdf.Name.X


def parts_that_are_a_list(document: pikepdf.Pdf) -> None:
    resources: Any = document.pages[0].obj.Resources
    resources.XObject = pikepdf.Array([1])


def half_a_font(document: pikepdf.Pdf) -> None:
    for font in _fonts(document):
        file = font.DescendantFonts[0].FontDescriptor.FontFile3
        file.write(file.read_bytes()[:1000])


def millions_of_operations(document: pikepdf.Pdf) -> None:
    _drawn_instead(document, b"q Q " * 200_000)


def a_picture_of_millions_of_dots(document: pikepdf.Pdf) -> None:
    image = pikepdf.Stream(document, b"\xff" * (8192 * 8192 // 8))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width = image.Height = 8192
    image.BitsPerComponent, image.ColorSpace = 1, pikepdf.Name.DeviceGray
    resources: Any = document.pages[0].obj.Resources
    resources.XObject["/x9"] = document.make_indirect(image)
    document.pages[0].contents_add(b"\nq 30 0 0 30 400 300 cm /x9 Do Q\n")


ATTACKS: tuple[Attack, ...] = (
    white_polygon,
    slanting_stroke,
    clipped_by_a_form,
    white_inherited_by_a_form,
    drawn_with_a_pattern,
    another_seal_in_stripes,
    written_in_dots,
    squeezed_to_a_spot,
    values_exchanged,
    a_second_font_file,
    a_font_set_by_the_graphics_state,
    glyphs_moved_by_an_inner_matrix,
    transparency_that_is_no_number,
    a_turn_that_is_no_number,
    parts_that_are_a_list,
    half_a_font,
    millions_of_operations,
    a_picture_of_millions_of_dots,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
async def test_what_a_file_hides_covers_or_moves_never_leaves(
    counter: Counter, server: VendorServer, attack: Attack
) -> None:
    honest = _seen(await counter.pdf(Case.ORDINARY, SEAL))
    server.faults.pdf, issuance = changed(attack), uuid4()
    try:
        left = await counter.pdf(Case.ORDINARY, SEAL, issuance)
    except ReadBackFailed:
        evidence = counter.adapter.municipalities[ICHIKAWA].evidence
        assert await evidence.sealed(issuance) is not None
    else:
        assert ImageChops.difference(honest, _seen(left)).getbbox() is None


def _seen(pdf: bytes) -> Image.Image:
    """Return the page as another renderer draws it, without its foot."""
    document: Any = pypdfium2.PdfDocument(pdf)
    try:
        image: Image.Image = document[0].render(scale=1).to_pil().convert("L")
    finally:
        document.close()
    return image.crop((0, 0, image.width, image.height - FOOT_POINTS))


async def test_entries_that_were_exchanged_within_a_household_print_nothing(
    counter: Counter, server: VendorServer
) -> None:
    me = ichikawa().cases[Case.ORDINARY]
    told = server.town.person

    def exchanged(resident_id: str) -> dict[str, Any] | None:
        answer = told(resident_id)
        if answer is not None and resident_id == me:
            one, other = answer["household"]["members"][:2]
            one["no"], other["no"] = other["no"], one["no"]
        return answer

    server.town.person = exchanged
    with pytest.raises(PersonRefused):
        await counter.pdf(Case.ORDINARY, SEAL)
    assert server.asked == []
