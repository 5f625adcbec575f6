"""What belongs together on a page is known by the record, not by where a file puts it."""

from dataclasses import replace

import pytest
from municipal_adapter.readback.drawn.marks import Run
from municipal_adapter.readback.expected import Expected
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page
from municipal_adapter.readback.reading import check_reading

ISSUANCE = "0b54c2a2-6f8c-4b9a-9a63-0b5d35b7f2f0"
EXPECTED = Expected(
    issuance=ISSUANCE,
    every_page={"born": "生年月日平成1年", "since": "住民となった日令和1年"},
    last_page={},
    first_label="氏名",
    labels=("生年月日", "住民となった日"),
    people=(),
    mayor="",
    office_seal=None,
    picture=None,
)


def page(*texts: tuple[str, float, float]) -> Page:
    runs = tuple(
        Run(text, (left, 790 - down, left + 10 * len(text), 800 - down), 10, dark=True)
        for text, left, down in texts
    )
    return Page((595, 842), "".join(run.text for run in runs), (), runs)


def test_a_value_under_its_label_makes_no_block_that_the_next_value_may_stand_beside() -> None:
    """Otherwise 令和1年 would be read as the birth date."""
    check_reading(
        page(
            ("生年月日", 70, 0),
            ("平成1年", 70, 12),
            ("住民となった日", 70, 24),
            ("令和1年", 160, 24),
        ),
        *(1, 1, EXPECTED),
    )
    with pytest.raises(ReadBackMismatch):
        check_reading(
            page(
                ("生年月日", 70, 0),
                ("平成1年", 70, 12),
                ("住民となった日", 70, 24),
                ("令和1年", 160, 0),
            ),
            *(1, 1, EXPECTED),
        )


def test_nothing_follows_the_stamp() -> None:
    """Whatever does would be looked at by nobody."""
    expected = replace(EXPECTED, stamp="証明番号1")
    texts = [("生年月日", 70, 0), ("平成1年", 160, 0)]
    stamp = (f"証明番号1{expected.page_number(1, 1)}", 70, 700)
    check_reading(page(*texts, stamp), *(1, 1, expected))
    with pytest.raises(ReadBackMismatch, match="something after the stamp"):
        check_reading(page(*texts, stamp, ("令和1年", 70, 720)), *(1, 1, expected))
