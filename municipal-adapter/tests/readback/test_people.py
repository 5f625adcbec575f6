"""A paper that names nobody leads back to nobody."""

import pytest
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page
from municipal_adapter.readback.people import printed_people


def test_a_paper_that_names_nobody_is_refused() -> None:
    named = Page((595, 842), "氏名見本太郎生年月日平成1年2月3日", ())
    assert [one.name for one in printed_people([named])] == ["見本太郎"]
    for text in ("", "氏名見本太郎", "生年月日平成1年2月3日"):
        with pytest.raises(ReadBackMismatch, match="nobody is named"):
            printed_people([Page((595, 842), text, ())])
