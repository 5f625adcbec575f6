"""A document of the size of a real certificate whose only changing part is the issuance id."""

import random

_PLACEHOLDER = b"00000000-0000-0000-0000-000000000000"
_BYTES = 26_000
"""What a one-page certificate with an embedded Japanese subset weighs."""


class CannedDocument:
    """One valid PDF page; `of` stamps an issuance id into it without rendering anything."""

    def __init__(self) -> None:
        # Bytes that do not compress, in place of a font's outlines.
        self._page = _page(random.Random(2010).randbytes(_BYTES))  # noqa: S311 (filler)

    def of(self, issuance: str) -> bytes:
        """Return the document that says `issuance` and 1/1 on its page."""
        return self._page.replace(_PLACEHOLDER, issuance.encode("ascii"))


def _page(filler: bytes) -> bytes:
    text = b"BT /F1 9 Tf 60 40 Td (" + _PLACEHOLDER + b") Tj 300 0 Td (1/1) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        _stream(text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        _stream(filler),
    ]
    return _file(objects)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets: list[int] = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )
    return bytes(out)
