"""A seal's picture is printed as it is, in its real size and read back, or it is refused."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from municipal_adapter.certificates.render import Renderer, template_sources
from municipal_adapter.pictures.picture_refused import PictureRefused
from municipal_adapter.readback.pictures import pixels_of_png, real_width
from municipal_adapter.readback.read_back import read_back
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.records.seal_picture import seal_picture
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import approved_fonts, ichikawa, seal_registration
from municipal_adapter_testing.pictures import BAD_PICTURES, GOOD_PICTURES, chunk, with_dots
from PIL import Image

PAPER = seal_registration(Case.ORDINARY)
RENDERER, WORDS = Renderer(), TemplateWords(template_sources(None))
SIGNATURE = 8


def printed(png: bytes) -> None:
    content = replace(PAPER, picture_png=png)
    rendered = RENDERER.render(content)
    read_back(rendered.pdf, rendered.written, WORDS, approved_fonts())


@pytest.mark.parametrize("bad", list(BAD_PICTURES))
def test_a_picture_that_cannot_be_printed_as_it_is_is_refused(bad: str) -> None:
    with pytest.raises(PictureRefused):
        seal_picture(BAD_PICTURES[bad])


@pytest.mark.parametrize("good", list(GOOD_PICTURES))
def test_a_good_picture_is_printed_with_its_pixels_and_in_its_size(good: str) -> None:
    png = GOOD_PICTURES[good]
    made = seal_picture(png)
    printed(made)
    assert pixels_of_png(made) == pixels_of_png(png)
    assert (real_width(made) or 0) == pytest.approx(real_width(png) or 0)
    assert Image.open(BytesIO(made)).mode in ("1", "L", "P", "RGB")


def test_a_plain_picture_stays_the_very_bytes() -> None:
    for seal in ichikawa().seals.values():
        assert seal_picture(seal.picture_png) is seal.picture_png


def test_a_picture_without_a_real_width_has_none() -> None:
    assert real_width(with_dots(0, 0)) is None


def parts_of(png: bytes) -> list[tuple[bytes, bytes]]:
    parts, at = list[tuple[bytes, bytes]](), SIGNATURE
    while at < len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4])
        parts.append((png[at + 4 : at + 8], png[at + 8 : end]))
        at = end + 4
    return parts


@settings(max_examples=150, deadline=None)
@given(data=st.data(), good=st.sampled_from(list(GOOD_PICTURES)))
def test_whatever_is_in_the_file_it_is_refused_or_comes_out_right(
    data: st.DataObject, good: str
) -> None:
    parts = parts_of(GOOD_PICTURES[good])
    at = data.draw(st.integers(0, len(parts) - 1))
    kind, content = parts[at]
    match data.draw(st.sampled_from(["byte", "cut", "twice", "away", "longer"])):
        case "byte" if content:
            where = data.draw(st.integers(0, len(content) - 1))
            byte = data.draw(st.binary(min_size=1, max_size=1))
            parts[at] = kind, content[:where] + byte + content[where + 1 :]
        case "cut" if content:
            parts[at] = kind, content[: data.draw(st.integers(0, len(content) - 1))]
        case "twice":
            parts.insert(at, parts[at])
        case "away":
            del parts[at]
        case _:
            parts[at] = kind, content + data.draw(st.binary(max_size=3))
    png = GOOD_PICTURES[good][:SIGNATURE] + b"".join(chunk(*part) for part in parts)
    try:
        made = seal_picture(png)
    except PictureRefused:
        return
    printed(made)
