"""Making a document on the vendor's own form."""

import json
from collections.abc import Sequence
from pathlib import Path

import typst
from municipal_adapter.certificates.content import Content, ResidentRecordContent
from municipal_adapter.certificates.era import era_date
from municipal_adapter.certificates.font import DEFAULT_FONT
from municipal_adapter.certificates.layout import NOT_RECORDED, OMITTED

Lines = list[tuple[str, str]]
PERSONS_A_PAGE = 3
FORM = Path(__file__).parent / "form.typ"


class VendorPrinter:
    """Prints the vendor's documents; one for each thread, as a Typst compiler serves one at a time.

    Args:
        font: what it prints with.
        persons_a_page: of a household.
        form: in Typst.
    """

    def __init__(
        self,
        font: Path = DEFAULT_FONT,
        persons_a_page: int = PERSONS_A_PAGE,
        form: Path = FORM,
    ) -> None:
        self._persons_a_page = persons_a_page
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[font.parent],
        )
        self._compiler = typst.Compiler(form, font_paths=fonts, ignore_system_fonts=True)

    def printed(self, content: Content) -> bytes:
        """Return the document, without issuance id and page numbers."""
        paper = _paper(content) | {"each": self._persons_a_page}
        inputs = {"paper": json.dumps(paper, ensure_ascii=False)}
        pdf = self._compiler.compile(format="pdf", sys_inputs=inputs, timestamp=0, pdf_tags=False)
        assert isinstance(pdf, bytes)
        return pdf


def _paper(content: Content) -> dict[str, object]:
    issue = content.issue
    common: dict[str, object] = {
        "issued": f"交付日 {era_date(issue.issued_on)}",
        "mayor": f"{issue.mayor.title} {issue.mayor.name}",
        "office_seal": list(issue.office_seal_png),
    }
    if isinstance(content, ResidentRecordContent):
        return common | {
            "title": "住民票",
            "heading": [("住所", content.address), ("世帯主", content.head_name or OMITTED)],
            "people": _people(content),
            "picture": None,
            "sentence": "この写しは原本と相違ありません。",
        }
    person: Lines = [
        ("氏名", content.name),
        ("生年月日", era_date(content.birth_date)),
        ("性別", content.sex.value),
        ("住所", content.address),
    ]
    return common | {
        "title": "印鑑登録証明書",
        "heading": [],
        "people": [person],
        "picture": list(content.picture_png),
        "sentence": "登録されている印影と相違ありません。",
    }


def _people(content: ResidentRecordContent) -> Sequence[Lines]:
    return [
        [
            ("氏名", one.name),
            ("生年月日", era_date(one.birth_date)),
            ("性別", one.sex.value),
            ("続柄", one.relationship or OMITTED),
            ("本籍", OMITTED if one.honseki is None else one.honseki),
            ("筆頭者", OMITTED if one.family_head is None else one.family_head or NOT_RECORDED),
        ]
        for one in content.residents
    ]
