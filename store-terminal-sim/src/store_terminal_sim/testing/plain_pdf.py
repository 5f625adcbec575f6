"""The smallest PDF with a line of text on each page."""

from collections.abc import Sequence


def plain_pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF with one ASCII line a page."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, text in enumerate(pages):
        resources = "/Resources << /Font << /F1 3 0 R >> >>"
        contents = f"/Contents {5 + 2 * index} 0 R"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources} {contents} >>"
        )
        drawing = f"BT /F1 10 Tf 40 700 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream")
    return _with_table(objects)


def certificate_pdf(issuance: str, pages: int) -> bytes:
    """Return a document as terminals accept it: issuance id and page n/m on every page."""
    return plain_pdf([f"{issuance} page {number}/{pages}" for number in range(1, pages + 1)])


def _with_table(objects: Sequence[str]) -> bytes:
    body, offsets = b"%PDF-1.7\n", list[int]()
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size, start = len(objects) + 1, len(body)
    return (
        body
        + f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
        + f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
