"""A picture through which something else could be seen is none."""

import pikepdf
import pytest
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.pictures import pixels_of
from pikepdf import Array, Name, Pdf, Stream


def grey(document: Pdf) -> Stream:
    """Return a picture of four dots."""
    image = Stream(document, b"\x00\xff\x00\xff")
    image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    image.Width = image.Height = 2
    image.BitsPerComponent = 8
    return image


@pytest.mark.parametrize("key", ["SMask", "Mask", "Decode", "ImageMask", "Alternates"])
def test_a_picture_that_is_not_solid_is_refused(key: str) -> None:
    document = pikepdf.new()
    image = grey(document)
    assert pixels_of(image)[0] == (2, 2)
    image[f"/{key}"] = Array([1, 0])
    with pytest.raises(ReadBackMismatch, match="not solid"):
        pixels_of(image)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    document = pikepdf.new()
    image = grey(document)
    image.Width = image.Height = 2001
    image.write(bytes(2001 * 2001))
    with pytest.raises(ReadBackMismatch, match="larger than any seal"):
        pixels_of(image)
