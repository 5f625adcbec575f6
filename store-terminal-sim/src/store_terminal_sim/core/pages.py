"""What every page of a document must show: the issuance id, and which page of how many it is."""

import re
import unicodedata
from collections.abc import Sequence

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)

from store_terminal_sim.core.problems import DocumentRejected


def page_texts(document: bytes) -> list[str]:
    """Return the text of each page of a PDF.

    Raises:
        DocumentRejected: not a PDF that can be read.

    """
    try:
        pdf = pypdfium2.PdfDocument(document)
        try:
            return [_text(pdf[index]) for index in range(len(pdf))]
        finally:
            pdf.close()
    except pypdfium2.PdfiumError as error:
        raise DocumentRejected("The document is not a PDF that can be read.") from error


def _text(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_bounded()  # pyright: ignore[reportUnknownMemberType]


def check_pages(texts: Sequence[str], issuance: str, attested_pages: int) -> None:
    """Pass if these are all pages of this issuance, in order, and no other's.

    Args:
        texts: the text of each page.
        issuance: the issuance id as in the API.
        attested_pages: how many pages the attestation names.

    Raises:
        DocumentRejected: naming the check that failed.

    """
    if len(texts) != attested_pages:
        raise DocumentRejected("The number of pages is not the attested one.")
    for number, text in enumerate(texts, start=1):
        plain = unicodedata.normalize("NFKC", text)
        check_issuance_id(plain, issuance)
        check_page_number(plain, number, attested_pages)


def check_issuance_id(page: str, issuance: str) -> None:
    """Pass if the page shows this issuance's id and no other.

    Raises:
        DocumentRejected: it does not.

    """
    shown = set(_UUID.findall(page.lower()))
    if shown != {issuance.lower()}:
        raise DocumentRejected("A page does not show the id of this issuance alone.")


def check_page_number(page: str, number: int, of: int) -> None:
    """Pass if the page says that it is page `number` of `of`.

    Raises:
        DocumentRejected: it does not.

    """
    if (str(number), str(of)) not in _PAGE_NUMBER.findall(page):
        raise DocumentRejected("A page does not show its number and the number of pages.")


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PAGE_NUMBER = re.compile(r"(?<![\d/])(\d+)\s*/\s*(\d+)(?![\d/])")
