"""What a finished document may be built of: a list of what is allowed, whoever made it.

Layers, forms, scripts, annotations, encryption, attachments and references to elsewhere all need
names that no certificate has, so none of them passes, nor does whatever is invented next.
"""

from collections.abc import Iterator

import pikepdf

from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.weight import MOST_BYTES

_A4 = (595.28, 841.89)
_TOLERANCE = 1.0
_MOST_OBJECTS = 4000
_NAMES = frozenset(("/Font", "/ColorSpace", "/XObject", "/ExtGState"))
"""Dictionaries whose keys are names that the page's stream uses."""
_NUMBERS = frozenset(("/W", "/FontBBox", "/Range", "/ID", "/Kids", "/Info", "/ProcSet"))
"""What holds no other parts, or is looked at as an object of its own."""
_ALLOWED = frozenset(
    (
        *("/Type", "/Subtype", "/Length", "/Filter", "/DecodeParms", "/Predictor", "/Columns"),
        *("/Colors", "/BitsPerComponent", "/Root", "/Size", "/Info", "/ID", "/Index", "/N"),
        *("/First", "/Pages", "/Kids", "/Count", "/Parent", "/MediaBox", "/CropBox", "/Rotate"),
        *("/Resources", "/Contents", "/Lang", "/ViewerPreferences", "/Direction", "/Metadata"),
        *("/Version", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Title", "/Author"),
        *("/Trapped", "/ProcSet", "/Font", "/ColorSpace", "/XObject", "/ExtGState", "/BaseFont"),
        *("/Encoding", "/DescendantFonts", "/ToUnicode", "/CIDSystemInfo", "/Registry"),
        *("/Ordering", "/Supplement", "/DW", "/W", "/CIDToGIDMap", "/FontDescriptor"),
        *("/FontName", "/FontFamily", "/FontBBox", "/Flags", "/ItalicAngle", "/Ascent"),
        *("/Descent", "/CapHeight", "/XHeight", "/StemV", "/CIDSet", "/FontFile2", "/FontFile3"),
        *("/Length1", "/CMapName", "/WMode", "/Range", "/Alternate", "/Width", "/Height"),
        *("/Interpolate", "/BBox", "/Matrix", "/FormType", "/CA", "/ca", "/BM"),
    )
)
_FILTERS = ("None", "/FlateDecode")


def check_structure(document: pikepdf.Pdf, pdf: bytes) -> None:
    """Pass if a document is built of nothing but what certificates need.

    Args:
        document: the opened document.
        pdf: its bytes.

    Raises:
        ReadBackMismatch: what it has that no certificate has.

    """
    if document.is_encrypted:
        raise ReadBackMismatch("the document is encrypted")
    if len(pdf) > MOST_BYTES or len(document.objects) > _MOST_OBJECTS:
        raise ReadBackMismatch("the document is larger than any certificate")
    if pdf.count(b"%%EOF") != 1 or pdf.count(b"startxref") != 1:
        raise ReadBackMismatch("the document was changed after it was made")
    _check_keys(document.trailer)
    for one in document.objects:
        _check(one)
    for page in document.pages:
        _check_page(page)


def _check(one: pikepdf.Object) -> None:
    if isinstance(one, pikepdf.Stream):
        if str(one.get("/Filter")) not in _FILTERS:
            raise ReadBackMismatch("a stream in a form that no certificate has")
        _check_keys(one)
    elif isinstance(one, pikepdf.Dictionary):
        _check_keys(one)
    elif isinstance(one, pikepdf.Array):
        for part in one:
            _check_direct(part)


def _check_direct(part: object) -> None:
    if isinstance(part, (pikepdf.Dictionary, pikepdf.Array)) and not part.is_indirect:
        _check(part)


def _check_keys(holder: pikepdf.Object) -> None:
    for key, value in _entries(holder):
        if key == "/Font" and isinstance(value, pikepdf.Array):
            raise ReadBackMismatch("a graphics state that sets a font")
        if key in _NAMES and isinstance(value, pikepdf.Dictionary):
            for named in value.values():
                _check_direct(named)
        elif key not in _ALLOWED:
            raise ReadBackMismatch(f"a part that no certificate has: {key}")
        elif (key in {"/CA", "/ca"} and float(value) != 1) or (key == "/BM" and value != "/Normal"):
            raise ReadBackMismatch("something transparent")
        elif key not in _NUMBERS:
            _check_direct(value)


def _entries(holder: pikepdf.Object) -> Iterator[tuple[str, pikepdf.Object]]:
    for key in holder.keys():  # noqa: SIM118  (a stream is no mapping to iterate over)
        yield key, holder[key]


def _check_page(page: pikepdf.Page) -> None:
    box = tuple(float(edge) for edge in page.mediabox)
    wanted = (0.0, 0.0, *_A4)
    if any(abs(one - other) > _TOLERANCE for one, other in zip(box, wanted, strict=True)):
        raise ReadBackMismatch("a page that is not A4")
    if tuple(float(edge) for edge in page.cropbox) != box:
        raise ReadBackMismatch("a page that shows a part of itself only")
    if int(page.obj.get("/Rotate", 0)) != 0:
        raise ReadBackMismatch("a page that is turned")
