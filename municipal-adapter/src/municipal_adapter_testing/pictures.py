"""Pictures of seals, good and bad, as systems of record have them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageOps

DOTS = (600, 600)


def drawn(mode: str, side: int = 400, **options: Any) -> bytes:  # noqa: ANN401 (of Pillow's writer)
    """Return a ring as PNG in one of Pillow's modes, 600 dots an inch if nothing else is asked."""
    picture = Image.new("L", (side, side), 255)
    ImageDraw.Draw(picture).ellipse((5, 5, side - 5, side - 5), outline=0, width=side // 20)
    file = BytesIO()
    picture.convert(mode).save(file, "PNG", **({"dpi": DOTS} | options))
    return file.getvalue()


def see_through() -> bytes:
    """Return a ring on a ground that lets the paper through."""
    picture = Image.new("RGBA", (400, 400), (255, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((5, 5, 395, 395), outline=(0, 0, 0, 255), width=20)
    file = BytesIO()
    picture.save(file, "PNG", dpi=DOTS)
    return file.getvalue()


def with_dots(across: int, down: int) -> bytes:
    """Return a ring with a resolution in dots a metre."""
    plain = drawn("L", dpi=None)
    return plain[:33] + chunk(b"pHYs", struct.pack(">IIB", across, down, 1)) + plain[33:]


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a part of a PNG file with its checksum."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def bomb() -> bytes:
    """Return a small file that unpacks to a picture of 3.6 thousand million pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(7501 * 2000))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def tinted(ink: tuple[int, int, int]) -> bytes:
    """Return a ring in coloured ink."""
    file = BytesIO()
    ring = Image.open(BytesIO(drawn("L")))
    ImageOps.colorize(ring, ink, (255, 255, 255)).save(file, "PNG", dpi=DOTS)
    return file.getvalue()


def plain(shade: int) -> bytes:
    """Return a picture that shows one shade of grey, 600 dots an inch."""
    file = BytesIO()
    Image.new("L", (320, 320), shade).save(file, "PNG", dpi=DOTS)
    return file.getvalue()


def faint() -> bytes:
    """Return a ring in a grey that nobody tells from white."""
    return tinted((250, 250, 250))


def with_shape(across: int, down: int) -> bytes:
    """Return a ring that tells the shape of its pixels, and not their size."""
    bare = drawn("L", dpi=None)
    return bare[:33] + chunk(b"pHYs", struct.pack(">IIB", across, down, 0)) + bare[33:]


BAD_PICTURES = {
    "white all over": plain(255),
    "black all over": plain(0),
    "grey all over": plain(128),
    "faint": faint(),
    "without a resolution": drawn("L", dpi=None),
    "pixels of a shape alone": with_shape(1, 1),
    "pixels of another shape": with_shape(1, 3),
    "transparent": see_through(),
    "a transparent colour": drawn("P", transparency=0),
    "16 bits": drawn("I;16"),
    "no resolution that can be": with_dots(0, 0),
    "none across": with_dots(0, 23_622),
    "another one across than down": with_dots(23_622, 11_811),
    "too fine": with_dots(4_000_000_000, 4_000_000_000),
    "too coarse": with_dots(39, 39),
    "few pixels": drawn("L", 30),
    "many pixels": drawn("L", 2500),
    "half": drawn("L")[: len(drawn("L")) // 2],
    "its first bytes": b"\x89PNG\r\n\x1a\n",
    "garbage": b"\x89PNG\r\n\x1a\n" + b"x" * 500,
    "a bomb": bomb(),
    "nothing": b"",
    "a GIF": b"GIF89a",
}
GOOD_PICTURES = {
    "grey": drawn("L"),
    "black and white": drawn("1"),
    "a palette": drawn("P"),
    "coloured": drawn("RGB"),
    "an opaque alpha channel": drawn("RGBA"),
    "grey with an opaque alpha channel": drawn("LA"),
    "red": tinted((200, 60, 60)),
    "with a colour profile": drawn("RGB", icc_profile=b"no profile of any printer"),
}
