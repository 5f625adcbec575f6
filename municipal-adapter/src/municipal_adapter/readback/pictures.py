"""Pictures as they lie in a document, compared with those of the record pixel by pixel."""

import hashlib
from functools import lru_cache
from io import BytesIO
from typing import TypeAlias

import pikepdf
from PIL import Image

from municipal_adapter.readback.mismatch import ReadBackMismatch

Pixels: TypeAlias = tuple[tuple[int, int], bytes]
"""Width and height, and the SHA-256 over all pixels in red, green and blue."""


_MOST_PIXELS = 4_000_000


def pixels_of_png(png: bytes) -> Pixels:
    """Return the pixels of a record's picture."""
    with Image.open(BytesIO(png)) as picture:
        return _pixels(picture)


office_seal_pixels = lru_cache(maxsize=16)(pixels_of_png)
"""The same on all certificates of a municipality; a person's seal is never kept."""


def real_width(png: bytes) -> float | None:
    """Return the real width in points of a record's picture; None: the record does not tell."""
    with Image.open(BytesIO(png)) as picture:
        resolution = picture.info.get("dpi")
        return picture.width / float(resolution[0]) * 72 if resolution and resolution[0] else None


def pixels_of(image: pikepdf.Stream) -> Pixels:
    """Return the pixels of a document's picture.

    Raises:
        ReadBackMismatch: a picture that lets something else through.

    """
    if any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask", "/Alternates")):
        raise ReadBackMismatch("a picture that is not solid")
    if int(image["/Width"]) * int(image["/Height"]) > _MOST_PIXELS:
        raise ReadBackMismatch("a picture larger than any seal")
    mode = _mode(image)
    if mode is None or image.get("/BitsPerComponent") != 8:
        return _pixels(pikepdf.PdfImage(image).as_pil_image())
    size = int(image["/Width"]), int(image["/Height"])
    return _pixels(Image.frombytes(mode, size, image.read_bytes()))


def _mode(image: pikepdf.Object) -> str | None:
    """Return Pillow's name of plain grey or RGB pixels; None: others, which take much longer."""
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and space[0] == "/ICCBased":
        return {1: "L", 3: "RGB"}.get(int(space[1]["/N"]))
    return {"/DeviceGray": "L", "/DeviceRGB": "RGB"}.get(str(space))


def _pixels(picture: Image.Image) -> Pixels:
    solid = picture.convert("RGB")
    return solid.size, hashlib.sha256(solid.tobytes()).digest()
