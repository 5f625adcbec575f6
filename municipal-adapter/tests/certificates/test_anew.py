"""What is drawn anew has bounds, however little of it there is on each page."""

import pytest
from municipal_adapter.certificates.anew import Redrawing
from municipal_adapter.certificates.fonts import Fonts
from municipal_adapter.readback.drawn.marks import Box, Run
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.page import Page

LINE: Box = (100, 100, 200, 101)
RUN = Run("あ" * 40, (100, 100, 500, 110), 10, dark=True)
A4 = (595.0, 842.0)


@pytest.mark.parametrize(
    "page",
    [Page(A4, "", (), lines=(LINE,) * 500), Page(A4, "", (), runs=(RUN,) * 50)],
    ids=["marks", "characters"],
)
def test_more_than_any_certificate_has_is_not_drawn(page: Page) -> None:
    fonts = Fonts()
    redrawing = Redrawing(fonts.for_typst(), fonts.approved, 10)
    assert redrawing.drawn([page] * 3, None, None, "R-1", "x").startswith(b"%PDF")
    with pytest.raises(ReadBackMismatch, match="more marks"):
        redrawing.drawn([page] * 9, None, None, "R-1", "x")
