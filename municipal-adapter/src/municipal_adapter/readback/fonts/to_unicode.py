"""Which text a font's codes stand for, as the document itself says (ToUnicode)."""

import re

from municipal_adapter.readback.mismatch import ReadBackMismatch

_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")


def read_to_unicode(stream: bytes) -> dict[int, str]:
    """Return the text of each code of two bytes.

    Raises:
        ReadBackMismatch: text that is none.

    """
    found: dict[int, str] = {}
    for block in _BLOCK.finditer(stream):
        if block[1] == b"bfchar":
            for code, text in _PAIR.findall(block[2]):
                found[int(code, 16)] = _text(text)
        else:
            for first, last, text in _RANGE.findall(block[2]):
                start, begin = int(first, 16), _text(text)
                for step in range(int(last, 16) - start + 1):
                    found[start + step] = begin[:-1] + chr(ord(begin[-1]) + step)
    return found


def _text(digits: bytes) -> str:
    try:
        return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be")
    except ValueError:
        raise ReadBackMismatch("a character whose text cannot be read") from None
