"""What belongs together on a page is known by the record, not by where a file puts it."""

from dataclasses import replace

import pytest
from municipal_adapter.readback.drawn.marks import Run
from municipal_adapter.readback.expected import Expected
from municipal_adapter.readback.line import line_of
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page
from municipal_adapter.readback.reading import check_reading
from municipal_adapter.readback.spaces import check_spaces

ISSUANCE = "0b54c2a2-6f8c-4b9a-9a63-0b5d35b7f2f0"
EXPECTED = Expected(
    issuance=ISSUANCE,
    every_page={
        "born": line_of(("生年月日", "平成1年")),
        "since": line_of(("住民となった日", "令和1年")),
    },
    last_page={},
    first_label="氏名",
    labels=("生年月日", "住民となった日"),
    people=(),
    mayor="",
    office_seal=None,
    picture=None,
    test=False,
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


NAMES = {
    "two runs, a space apart": (("山田", 100.0, 0.0), ("太郎", 123.0, 0.0)),
    "two lines": (("山田", 100.0, 0.0), ("太郎", 100.0, 12.0)),
    "a line within a word": (("山", 100.0, 0.0), ("田 太郎", 100.0, 12.0)),
}
OTHERS = {
    "two runs": (("山田", 100.0, 0.0), ("太郎", 121.0, 0.0)),
    "the space within a word": (("山", 100.0, 0.0), ("田太郎", 113.0, 0.0)),
    "not quite on the line": (("山", 100.0, 0.0), ("田 太郎", 113.0, 3.0)),
}


@pytest.mark.parametrize("drawn", [*NAMES, *OTHERS])
def test_runs_of_a_value_stand_apart_where_the_record_has_white_space(drawn: str) -> None:
    runs = (NAMES | OTHERS)[drawn]
    spaced = page(("氏名", 70.0, 0.0), *runs)
    # Of a run with a space, as the reader says where.
    told = tuple(
        replace(run, distances=((run.text.index(" "), 1.0),)) if " " in run.text else run
        for run in spaced.runs
    )
    spaced = replace(spaced, text="氏名山田太郎", runs=told)
    name = [(0, line_of(("氏名", "山田 太郎")))]
    if drawn in NAMES:
        check_spaces(spaced, 1, name)
        return
    with pytest.raises(ReadBackMismatch, match="white space"):
        check_spaces(spaced, 1, name)


def test_in_condensed_text_a_small_distance_is_a_space() -> None:
    number = [(0, line_of(("", "24番")))]
    torn = page(("2", 100.0, 0.0), ("4番", 111.2, 0.0))
    check_spaces(torn, 1, number)
    condensed = tuple(replace(run, narrow=0.6) for run in torn.runs)
    with pytest.raises(ReadBackMismatch, match="white space in a value"):
        check_spaces(replace(torn, runs=condensed), 1, number)


def test_nothing_follows_the_stamp() -> None:
    """Whatever does would be looked at by nobody."""
    expected = replace(EXPECTED, stamp="証明番号1")
    texts = [("生年月日", 70, 0), ("平成1年", 160, 0)]
    stamp = (f"証明番号1{expected.page_number(1, 1)}", 70, 700)
    check_reading(page(*texts, stamp), *(1, 1, expected))
    with pytest.raises(ReadBackMismatch, match="something after the stamp"):
        check_reading(page(*texts, stamp, ("令和1年", 70, 720)), *(1, 1, expected))
