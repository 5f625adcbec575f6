"""A paper that could be taken for a certificate does not pass as a test paper."""

import pytest
import typst
from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.specimen import check_specimen
from pylopdf_fonts_jp import sans_path

LARGE, SMALL = "#text(size: 200pt)[見本]", "見本町一丁目"
_FONTS = typst.Fonts(
    include_system_fonts=False, include_embedded_fonts=False, font_paths=[sans_path().parent]
)


def _paper(*pages: str) -> bytes:
    text = "#pagebreak()\n".join(f"{page}\n" for page in pages)
    source = f'#set page("a4", margin: 20pt)\n#set text(font: "Noto Sans JP")\n{text}'
    made = typst.compile(source.encode(), format="pdf", font_paths=_FONTS, timestamp=0)
    assert isinstance(made, bytes)
    return made


def test_each_page_has_to_say_it_across_half_of_its_width() -> None:
    assert check_specimen(_paper(LARGE, LARGE)) == "on 2 of 2 pages"
    for pages, first in (((LARGE, SMALL), 2), ((SMALL,), 1), (("",), 1)):
        with pytest.raises(Failed) as failed:
            check_specimen(_paper(*pages))
        assert failed.value.seen == f"page {first} without it"
