"""What stands in an invoice stands in its PDF and CSV too, in both encodings."""

import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
import pytest
from billing.documents.csv import as_csv
from billing.documents.invoice_sheet import invoice_sheet
from billing.documents.pdf import as_pdf
from billing.documents.sheet import Sheet
from billing.documents.statement_sheet import statement_sheet
from billing.invoices.invoice import Billed, Commission, invoices
from billing_testing.contracts import sample_contracts
from billing_testing.statement import sample_statement
from madoguchi_wire.errors import NotInEncoding

OCTOBER = Billed("2023-10", date(2023, 10, 1), date(2023, 10, 31), date(2023, 11, 1))
APRIL = Billed("2010-04", date(2010, 4, 1), date(2010, 4, 30), date(2010, 5, 1))


def _sheet(billed: Billed, rate: int) -> Sheet:
    earned = [Commission("122033", "komorebi", rate, 120, 512)]
    return invoice_sheet(invoices(earned, sample_contracts(), billed)[0])


def _text(pdf: bytes) -> str:
    document: Any = pypdfium2.PdfDocument(BytesIO(pdf))
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_qualified_invoice_names_all_that_the_law_wants() -> None:
    text = _text(as_pdf(_sheet(OCTOBER, 10)))
    for wanted in (
        "適格請求書",
        "株式会社こもれびストア",
        "T8000000000001",
        "市川市",
        "2023年10月1日から2023年10月31日まで",
        "証明書交付取扱手数料",
        "61,440",
        "5,585",
    ):
        assert wanted in text


def test_an_invoice_that_is_set_off_asks_for_no_payment_of_its_own() -> None:
    netted = replace(OCTOBER, set_off=frozenset({"122033"}))
    text, plain = (_text(as_pdf(_sheet(billed, 10))) for billed in (netted, OCTOBER))
    for asked in ("お支払期限", "お支払先口座"):
        assert (asked in text, asked in plain) == (False, True)
    assert "相殺します" in text


def test_an_invoice_from_before_the_law_says_that_it_is_no_qualified_one() -> None:
    text = _text(as_pdf(_sheet(APRIL, 5)))
    assert "適格請求書ではありません" in text
    assert "登録番号 T" not in text


def test_a_statement_shows_every_line_and_every_sum() -> None:
    statement = sample_statement()
    sheet = statement_sheet(statement)
    text = _text(as_pdf(sheet))
    totals = statement.totals
    shown = [line.yen for line in (*statement.lines, *statement.commissions, *statement.claims)]
    for yen in (*shown, totals.to_receive, totals.to_pay, totals.commission_tax, totals.share):
        assert f"{yen:,}" in text
    for wanted in (
        "市川市 御中",
        "株式会社こもれびストア",
        "別表第一第5号",
        "相殺していません",
        "説明を要する取消",
        "市区町村自身の損失",
    ):
        assert wanted in text
    rows = list(csv.reader(StringIO(as_csv(statement_sheet(statement)).decode("utf-8-sig"))))
    days = [row for row in rows if row[:2] == ["days", "行"]]
    assert sum(int(row[5]) for row in days) == totals.fees
    assert len(days) == 30


def test_lines_are_numbered_in_the_order_in_which_they_stand_on_paper() -> None:
    numbers: list[int] = []
    for table in statement_sheet(sample_statement()).tables:
        if table.columns[0].en == "Line":
            for row in table.rows:
                first, _, last = str(row[0]).partition("-")
                numbers += range(int(first), int(last or first) + 1)
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_netted_statement_says_that_it_is_one() -> None:
    netted = sample_statement().model_copy(update={"settlement": "net"})
    assert "相殺しています" in _text(as_pdf(statement_sheet(netted)))


def test_a_pdf_is_the_same_each_time() -> None:
    assert as_pdf(_sheet(APRIL, 5)) == as_pdf(_sheet(APRIL, 5))


def test_csv_says_the_same_in_both_encodings() -> None:
    sheet = _sheet(OCTOBER, 10)
    marked, japanese = as_csv(sheet), as_csv(sheet, "shift_jis")
    assert marked.startswith(b"\xef\xbb\xbf")
    assert marked.decode("utf-8-sig") == japanese.decode("cp932")
    rows = list(csv.reader(StringIO(marked.decode("utf-8-sig"))))
    assert ["lines", "計", "計 / All", "", "", "512", "61440"] in rows
    assert ["rates", "行", "10", "61440", "5585", "55855"] in rows


def test_a_character_that_shift_jis_has_not_is_named() -> None:
    with pytest.raises(NotInEncoding, match="𠮷"):
        as_csv(replace(_sheet(OCTOBER, 10), recipient="𠮷田市"), "shift_jis")


def test_no_cell_of_a_csv_is_a_formula() -> None:
    sheet = replace(_sheet(OCTOBER, 10), recipient="=1+1", number="-1")
    rows = list(csv.reader(StringIO(as_csv(sheet).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
