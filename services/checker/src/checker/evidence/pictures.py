"""Pictures of a paper, each known by the digest of what it shows in black and white."""

from io import BytesIO
from typing import Any

from madoguchi_wire.encoding import sha256_hex
from PIL import Image


def picture_digest(png: bytes) -> str:
    """Return the digest of what a picture file shows.

    Raises:
        OSError: it is no picture.

    """
    return _digest(Image.open(BytesIO(png)))


def drawn_digest(image: Any) -> str:  # noqa: ANN401 (an object of pypdfium2, which has no types)
    """Return the digest of what an image object of a PDF shows."""
    return _digest(image.get_bitmap().to_pil())


def _digest(picture: Image.Image) -> str:
    if picture.has_transparency_data:
        shown = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
    flat = picture.convert("1", dither=Image.Dither.NONE)
    return sha256_hex(repr(flat.size).encode() + flat.tobytes())
