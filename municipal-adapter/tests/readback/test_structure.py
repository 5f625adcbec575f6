"""A document that is built of anything else than certificates are does not pass."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from municipal_adapter.certificates.render import Renderer
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import read_pages
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import approved_fonts, seal_registration
from pikepdf import Array, Dictionary, Name, Pdf, Stream

Change = Callable[[Pdf], None]


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A good document."""
    return Renderer().render(seal_registration(Case.ORDINARY)).pdf


def saved(document: Pdf, **options: object) -> bytes:
    file = BytesIO()
    document.save(file, **options)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def layer(document: Pdf) -> Dictionary:
    return document.make_indirect(Dictionary(Type=Name.OCG, Name="hidden"))


def layers(document: Pdf) -> None:
    document.Root.OCProperties = Dictionary(OCGs=Array([layer(document)]), D=Dictionary())


def layered_picture(document: Pdf) -> None:
    document.pages[0].Resources.XObject.x0.OC = layer(document)


def layered_text(document: Pdf) -> None:
    document.pages[0].Resources.Properties = Dictionary(P0=layer(document))


def form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]))


def script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def named_script(document: Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", action])))


def page_action(document: Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F="x"))


def annotation(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents="hello")
    document.pages[0].obj.Annots = Array([document.make_indirect(note)])


def attachment(document: Pdf) -> None:
    document.attachments["a.txt"] = b"hello"


def external_stream(document: Pdf) -> None:
    document.pages[0].Resources.XObject.x0.F = Dictionary(Type=Name.Filespec, F="x")


def reference(document: Pdf) -> None:
    drawn = Stream(document, b"")
    drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
    drawn.Ref = Dictionary(F="x.pdf", Page=0)
    document.pages[0].Resources.XObject.x9 = document.make_indirect(drawn)


def soft_mask(document: Pdf) -> None:
    pictures = document.pages[0].Resources.XObject
    pictures.x0.SMask = pictures.x1


def transparency(document: Pdf) -> None:
    document.pages[0].Resources.ExtGState = Dictionary(g0=Dictionary(ca=0.01))


def blending(document: Pdf) -> None:
    document.pages[0].Resources.ExtGState = Dictionary(g0=Dictionary(BM=Name.Difference))


def group(document: Pdf) -> None:
    document.pages[0].obj.Group = Dictionary(S=Name.Transparency)


def pattern(document: Pdf) -> None:
    document.pages[0].Resources.Pattern = Dictionary(p0=Dictionary(PatternType=2))


def glyphs_of_its_own(document: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary())
    document.pages[0].Resources.Font.f9 = document.make_indirect(font)


def turned(document: Pdf) -> None:
    document.pages[0].rotate(90, relative=False)


def cropped(document: Pdf) -> None:
    document.pages[0].cropbox = Array([0, 0, 300, 300])


def enlarged(document: Pdf) -> None:
    document.pages[0].mediabox = Array([0, 0, 1200, 1200])


def outline(document: Pdf) -> None:
    document.Root.Outlines = Dictionary(Count=0)


def many_objects(document: Pdf) -> None:
    parts = [document.make_indirect(Dictionary()) for _ in range(4001)]
    document.Root.ViewerPreferences = Dictionary(Direction=Array(parts))


def moved(document: Pdf) -> None:
    document.pages[0].mediabox = Array([0.5, 0.5, 595.78, 842.39])


def font_by_state(document: Pdf) -> None:
    """What it sets would not show in the stream."""
    (font, *_) = document.pages[0].Resources.Font.as_dict().values()
    state = Dictionary(Font=Array([font, 40]))
    document.pages[0].Resources.ExtGState = Dictionary(g0=state)


def vertical_font(document: Pdf) -> None:
    for font in document.pages[0].Resources.Font.as_dict().values():
        font.Encoding = Name("/Identity-V")


def colours_of_its_own(document: Pdf) -> None:
    space = Array([Name.Indexed, Name.DeviceGray, 1, pikepdf.String("\x00\x00")])
    document.pages[0].Resources.ColorSpace.c9 = space


def program(document: Pdf) -> None:
    """A form that some printers run as a program."""
    drawn = Stream(document, b"")
    drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.PS, Array([0, 0, 1, 1])
    drawn.Resources = Dictionary()
    page = document.pages[0]
    page.Resources.XObject.x9 = document.make_indirect(drawn)
    page.contents_add(b" /x9 Do")
    page.contents_coalesce()


def jpeg(document: Pdf) -> None:
    document.pages[0].Resources.XObject.x0.write(b"\xff\xd8", filter=Name.DCTDecode)


CHANGES: list[Change] = [
    *(layers, layered_picture, layered_text, form, script, named_script, page_action),
    *(annotation, attachment, external_stream, reference, soft_mask, transparency, blending),
    *(group, pattern, glyphs_of_its_own, turned, cropped, enlarged, outline, jpeg),
    *(many_objects, moved, font_by_state, vertical_font, colours_of_its_own, program),
]
WORDS: dict[Change, str] = {
    many_objects: "the document is larger than any certificate",
    moved: "a page that begins elsewhere",
    font_by_state: "a graphics state that sets a font",
    vertical_font: "a font of another kind",
    program: "forms within forms",
    turned: "a page that is turned",
    cropped: "a page that shows a part of itself only",
    enlarged: "a page that is not A4",
    transparency: "something transparent",
    blending: "something transparent",
}


def refused(pdf: bytes) -> str:
    with pytest.raises(ReadBackMismatch) as refusal:
        read_pages(pdf, approved_fonts())
    return refusal.value.where


def test_a_good_document_passes_also_spelt_anew(paper: bytes) -> None:
    with Pdf.open(BytesIO(paper)) as document:
        assert read_pages(saved(document), approved_fonts()) == read_pages(paper, approved_fonts())


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_part_that_no_certificate_has_is_found(paper: bytes, change: Change) -> None:
    with Pdf.open(BytesIO(paper)) as document:
        change(document)
        assert WORDS.get(change, "certificate has") in refused(saved(document))


def test_a_font_with_two_files_is_found(paper: bytes) -> None:
    """Which of them a printer takes, nobody knows."""
    with Pdf.open(BytesIO(paper)) as document:
        for font in document.pages[0].Resources.Font.as_dict().values():
            described = font.DescendantFonts[0].FontDescriptor
            described.FontFile2 = document.make_indirect(Stream(document, b"another"))
        assert refused(saved(document)) == "a font that is not embedded once"


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_document_is_refused(paper: bytes, password: str) -> None:
    with Pdf.open(BytesIO(paper)) as document:
        locked = saved(document, encryption=pikepdf.Encryption(owner="o", user=password))
    # What opens without a password is encrypted all the same.
    words = "encrypted" if password == "" else "cannot be read"
    assert words in refused(locked)


def test_a_second_revision_is_refused(paper: bytes) -> None:
    assert refused(paper + paper[paper.rindex(b"startxref") :]) == (
        "the document was changed after it was made"
    )


@pytest.mark.parametrize("pdf", [b"", b"<html>Busy</html>", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_document_is_refused(pdf: bytes) -> None:
    assert refused(pdf)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_document_is_refused(paper: bytes, kept: float) -> None:
    assert refused(paper[: int(len(paper) * kept)])
