"""Text is read to the right or down; what is drawn in another order than that is found."""

import pytest
from municipal_adapter.readback.drawn.marks import Run
from municipal_adapter.readback.drawn.order import check_order
from municipal_adapter.readback.mismatch import ReadBackMismatch

EM = 10.0
At = tuple[str, float, float]
"""A text, and how many ems right and down it stands."""


def runs(*texts: At) -> list[Run]:
    return [_run(text, right, down) for text, right, down in texts]


def _run(text: str, right: float, down: float, em: float = EM) -> Run:
    left, top = right * EM, 800 - down * EM
    return Run(text, (left, top - em, left + len(text) * em, top), em, dark=True)


HONEST: dict[str, list[list[Run]]] = {
    "rows of labels and values": [
        runs(("住所", 0, 0)),
        runs(("千葉県", 9, 0.1)),
        runs(("世帯主", 0, 2)),
        runs(("例邊", 9, 1.9)),
    ],
    "two pairs in a row": [
        runs(("性別", 0, 0)),
        runs(("男", 4, 0)),
        runs(("続柄", 9, 0)),
        runs(("子", 13, 0)),
    ],
    "a label beside the middle of wrapped lines": [
        runs(("住所", 0, 0.6)),
        runs(("千葉県", 9, 0), ("市川市", 9, 1.2)),
        runs(("世帯主", 0, 3)),
    ],
    "a label of two lines beside its value": [
        runs(("外国人住民", 0, 0), ("となった日", 0, 1.2)),
        runs(("平成", 9, 0.6)),
    ],
    "a value beneath its label": [runs(("住所", 0, 0)), runs(("千葉県", 1, 1.2))],
}
DISPLACED: dict[str, list[list[Run]]] = {
    "values exchanged": [
        runs(("住所", 0, 0)),
        runs(("千葉県", 9, 2)),
        runs(("世帯主", 0, 2)),
        runs(("例邊", 9, 0)),
    ],
    "values nearer to the label above": [
        runs(("住所", 0, 1)),
        runs(("千葉県", 9, 0.3)),
        runs(("世帯主", 0, 2.1)),
        runs(("例邊", 9, 1.4)),
    ],
    "digits exchanged": [runs(("三丁目", 0, 0), ("2", 4, 0), ("4", 3, 0), ("番", 5, 0))],
    "a digit before the other, not quite a line beneath it": [
        runs(("三丁目", 0, 0), ("2", 4, 0), ("4", 3, 0.7), ("番", 5, 0.5))
    ],
    "small text before the foot of large text": [[_run("2", 4, 0, 16), _run("4", 3, 1.1, 8)]],
    "text that goes on beside an earlier line of its own": [
        runs(("三丁目1", 0, 0), ("2", 0, 1.2), ("番3号", 4, 0))
    ],
    "a value beside the label before its own": [
        runs(("生年月日", 0, 0)),
        runs(("平成1年", 0, 1.2)),
        runs(("住民となった日", 0, 2.4)),
        runs(("令和1年", 9, 0)),
    ],
}


@pytest.mark.parametrize("form", list(HONEST))
def test_a_form_that_is_drawn_as_it_is_read_passes(form: str) -> None:
    check_order(HONEST[form])


@pytest.mark.parametrize("form", list(DISPLACED))
def test_text_that_stands_elsewhere_than_it_is_read_is_found(form: str) -> None:
    with pytest.raises(ReadBackMismatch):
        check_order(DISPLACED[form])
