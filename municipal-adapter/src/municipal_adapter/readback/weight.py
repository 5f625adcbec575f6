"""How much a document unpacks to: known before anything reads it, so that a small file stays small.

Readers of PDF unpack whole streams at once, and hold all other threads meanwhile. So every stream
is measured in the file's own bytes, whatever refers to it, and the operations of each page before
they are parsed. What our own papers need: 370 KB, and 22 KB or 6,200 words a page.
"""

import re
import zlib

import pikepdf

from municipal_adapter.readback.mismatch import ReadBackMismatch

MOST_BYTES = 8 * 1024 * 1024
"""Of a file."""
_MOST_UNPACKED = 16 * 1024 * 1024
"""Of all its streams together; pictures of seals are the largest part."""
_MOST_STREAMS = 1000
"""Our papers have 30 at most."""
_STEP = 16 * 1024
"""Bytes that are unpacked at a time: what follows a stream is copied no further."""
_SMALL_STEP = 64
"""Where a stream may end in an error: what the last step unpacked before it is not counted."""
MOST_CONTENT = 256 * 1024
"""Bytes of operations on a page, those of its forms counted as often as they are drawn."""
_MOST_WORDS = 60_000
"""On a page: operators and operands."""
_STREAM = re.compile(rb"stream[\0\t\f ]*(?:\r\n|\n|\r)?")
_ENCRYPTED = b"/Encrypt"
_FILTER = re.compile(
    rb"/(?:F|#46)(?:i|#69)(?:l|#6[cC])(?:t|#74)(?:e|#65)(?:r|#72)(?=[\s\0/\[(<%])"
    rb"(?![\s\0]*/(?:FlateDecode|Standard)[\s\0/>])"
)
"""A filter in any spelling that is not the plain one of the only kind that papers have; Standard is
no packing but a lock, which whoever opens the file finds."""
_WORD = re.compile(rb"[^\s\0()<>\[\]{}/%]+|[()<>\[\]/%]")


def check_weight(pdf: bytes) -> None:
    """Pass if a file is no larger than any certificate, packed and unpacked.

    Raises:
        ReadBackMismatch: it is, or is packed in another way than certificates.

    """
    if len(pdf) > MOST_BYTES:
        raise ReadBackMismatch("the document is larger than any certificate")
    if _FILTER.search(pdf):
        raise ReadBackMismatch("a stream in a form that no certificate has")
    # Ciphertext may begin as packed bytes do; an encrypted document is refused when it is opened.
    is_ciphertext = _ENCRYPTED in pdf
    left = _MOST_UNPACKED
    for streams, found in enumerate(_STREAM.finditer(pdf)):
        if streams >= _MOST_STREAMS:
            raise ReadBackMismatch("more streams than any certificate has")
        if _is_packed(pdf[found.end() : found.end() + 2]):
            stream = memoryview(pdf)[found.end() :]
            left -= _unpacked(stream, left, is_ciphertext=is_ciphertext)


def content_of(contents: pikepdf.Object, left: int = MOST_CONTENT) -> bytes:
    """Return the operations of a page or form.

    Args:
        contents: a stream, or several.
        left: bytes at most.

    Raises:
        ReadBackMismatch: there are more.

    """
    streams = contents if isinstance(contents, pikepdf.Array) else [contents]
    joined = bytearray()
    for stream in streams:
        joined += stream.read_bytes() + b"\n"
        if len(joined) > left:
            raise ReadBackMismatch("more operations than any certificate has")
    return bytes(joined)


def content_to_parse(page: pikepdf.Page) -> bytes:
    """Return the operations of a page, if they are few enough to be parsed in one go.

    Raises:
        ReadBackMismatch: they are not.

    """
    content = content_of(page.obj["/Contents"])
    words = sum(1 for _ in _WORD.finditer(content))
    if words > _MOST_WORDS:
        raise ReadBackMismatch("more operations than any certificate has")
    return content


def _is_packed(head: bytes) -> bool:
    """Return whether bytes begin as packed ones do (RFC 1950)."""
    return len(head) == 2 and head[0] & 15 == 8 and int.from_bytes(head) % 31 == 0


def _unpacked(packed: memoryview, left: int, *, is_ciphertext: bool) -> int:
    """Return how many bytes a stream unpacks to, or did before it turned out to be none."""
    step = _SMALL_STEP if is_ciphertext else _STEP
    unpacking, length = zlib.decompressobj(), 0
    try:
        for place in range(0, len(packed), step):
            length += len(unpacking.decompress(packed[place : place + step], left + 1 - length))
            if length > left:
                raise ReadBackMismatch("a document that unpacks to more than any certificate")
            if unpacking.eof:
                break
    except zlib.error:
        if not is_ciphertext:
            raise ReadBackMismatch("a stream that cannot be unpacked") from None
    return length
