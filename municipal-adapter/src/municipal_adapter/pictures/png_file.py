"""A PNG file by its chunks, before anything in it is drawn.

Readers of PNG are lenient in different ways. A file in which two of them could see two pictures is
found here; a small file that would fill the memory, too.
"""

import zlib
from dataclasses import dataclass, field

from municipal_adapter.pictures.picture_refused import PictureRefused

MOST_BYTES = 1_000_000
LEAST_SIDE, MOST_SIDE = 50, 2000
"""Pixels."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES, _RESOLUTION_BYTES = 13, 9
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PALETTE = 3
_MOST_UNPACKED = (4 * MOST_SIDE + 1) * MOST_SIDE


@dataclass(frozen=True)
class PngFile:
    """A whole file of at most 8 bits a colour, of a size that a seal may have."""

    chunks: list[tuple[bytes, bytes]] = field(repr=False)
    """Kind and content."""

    @property
    def is_plain(self) -> bool:
        """Whether it holds nothing but size, resolution and grey or coloured pixels in rows."""
        between = self.chunks[1:-1]
        if between[:1] and between[0][0] == b"pHYs" and len(between[0][1]) == _RESOLUTION_BYTES:
            del between[0]
        in_rows = self.chunks[0][1][12] == 0
        return in_rows and {kind for kind, _ in between} == {b"IDAT"}


def read_png(png: bytes) -> PngFile:
    """Return a file whose chunks and pixels are all there.

    Raises:
        PictureRefused: it is no PNG, cut, damaged, of 16 bits, too small or too large.

    """
    if len(png) > MOST_BYTES:
        raise PictureRefused(f"is longer than {MOST_BYTES} bytes")
    if not png.startswith(_SIGNATURE):
        raise PictureRefused("is no PNG picture")
    chunks = _chunks(png)
    kinds = [kind for kind, _ in chunks]
    header = chunks[0][1] if chunks else b""
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or len(header) != _HEADER_BYTES:
        raise PictureRefused("is no whole PNG: it was cut or changed")
    if any(kinds.count(once) > 1 for once in (b"IHDR", b"PLTE", b"IEND")):
        raise PictureRefused("is damaged: it has a part twice")
    _check_header(header)
    if header[9] == _PALETTE and b"PLTE" not in kinds:
        raise PictureRefused("is damaged: it has no colours")
    _check_pixels(header, b"".join(content for kind, content in chunks if kind == b"IDAT"))
    return PngFile(chunks)


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    chunks, at = list[tuple[bytes, bytes]](), len(_SIGNATURE)
    while at < len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4])
        if zlib.crc32(png[at + 4 : end]).to_bytes(4) != png[end : end + 4]:
            raise PictureRefused("is no whole PNG: it was cut or changed")
        chunks.append((png[at + 4 : at + 8], png[at + 8 : end]))
        at = end + 4
    return chunks


def _check_header(header: bytes) -> None:
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if not LEAST_SIDE <= min(width, height) <= max(width, height) <= MOST_SIDE:
        raise PictureRefused(f"must have {LEAST_SIDE} to {MOST_SIDE} pixels a side")
    if header[8] > 8:
        raise PictureRefused("has 16 bits a colour: 8 can be printed")
    if header[9] not in _CHANNELS or header[10:12] != b"\0\0" or header[12] > 1:
        raise PictureRefused("is damaged: its header makes no sense")


def _check_pixels(header: bytes, packed: bytes) -> None:
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, _MOST_UNPACKED)
    except zlib.error:
        raise PictureRefused("is damaged: its pixels cannot be unpacked") from None
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    row = 1 + (width * _CHANNELS[header[9]] * header[8] + 7) // 8
    in_rows = header[12] == 0
    if not unpacking.eof or (in_rows and len(unpacked) != row * height):
        raise PictureRefused("is damaged: pixels are missing, or too many")
