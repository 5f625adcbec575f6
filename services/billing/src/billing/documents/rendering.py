"""A document in one of its formats."""

from typing import Literal

from pydantic import BaseModel

from billing.documents.csv import Encoding, as_csv
from billing.documents.pdf import as_pdf
from billing.documents.sheet import Sheet

Format = Literal["json", "csv", "pdf"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "pdf": "application/pdf",
}


def rendered(body: BaseModel, sheet: Sheet, kind: Format, encoding: Encoding) -> bytes:
    """Return a document as it is kept (JSON), or as its sheet shows it.

    Raises:
        NotInEncoding: CSV in an encoding that has not all of its characters.

    """
    if kind == "pdf":
        return as_pdf(sheet)
    return as_csv(sheet, encoding) if kind == "csv" else body.model_dump_json().encode()
