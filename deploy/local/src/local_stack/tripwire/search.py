"""Searching bytes for many spellings at once."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick

from local_stack.tripwire.spellings import of_text

_CHUNK, _OVERLAP = 32 * 1024 * 1024, 4096
"""Bytes at once; no spelling is longer than the overlap."""
_AROUND = 40
"""Bytes before and after a thing that are told of."""
_DIGIT, _LETTER = re.compile(rb"[0-9]"), re.compile(rb"[A-Za-z]")
_BASE64, _BASE64_BEFORE = re.compile(rb"[\w+/-]*", re.ASCII), re.compile(rb"[\w+/-]*\Z", re.ASCII)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_WIDE, _NEAR = 128, 8
_DIGITS, _DATE_DIGITS = re.compile(rb"[0-9]{8,}"), 8
_REST_OF_UUID = re.compile(rb"(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])")


class Searcher:
    """Finds spellings, each of one kind of thing.

    Args:
        kinds: the kind of thing that each spelling is of.
    """

    def __init__(self, kinds: Mapping[bytes, str]) -> None:
        self._spellings = list(kinds)
        self._kinds = [kinds[one] for one in self._spellings]
        self._found_by = BytesAhoCorasick(self._spellings) if kinds else None

    def find(self, data: bytes) -> set[str]:
        """Return the kinds of things that are in the data."""
        return set(self.shapes(data))

    def shapes(self, data: bytes) -> dict[str, str]:
        """Return the kinds of things that are in the data, each with the shape of one place.

        A shape has 9 for each digit and a for each letter: it tells what stands around the thing,
        and nobody's data.
        """
        found = dict[str, str]()
        if self._found_by is None:
            return found
        for start in range(0, max(len(data), 1), _CHUNK):
            part = data[start : start + _CHUNK + _OVERLAP]
            for index, first, end in self._found_by.find_matches_as_indexes(part):
                if self._stands_alone(index, part, first, end):
                    around = part[max(first - _AROUND, 0) : end + _AROUND]
                    found.setdefault(self._kinds[index], _shape(around))
        return found

    def _stands_alone(self, index: int, data: bytes, first: int, end: int) -> bool:
        # Digits come about by chance in the middle of digests and other numbers, and eight of them
        # as the first of a random id: in one of fifty databases of 30,000 ids, one is a birth date.
        if not self._spellings[index].isdigit():
            packed = _BASE64.fullmatch(self._spellings[index]) is not None
            return not packed or _is_no_part_of_a_digest(data, first, end)
        around = data[max(first - 1, 0) : first] + data[end : end + 1]
        in_a_number = any(chr(byte).isalnum() for byte in around)
        return not in_a_number and _REST_OF_UUID.match(data, end) is None


def _is_no_part_of_a_digest(data: bytes, first: int, end: int) -> bool:
    """Return whether digits in base64 stand alone there, as they have to outside of it.

    A signed statement has digests and ids in base64, and in some thousands of them eight digits
    are a birth date. What is no eight digits in base64 stands alone.
    """
    digits = [
        (text, found)
        for text, place in _decoded(data, first, end)
        for found in _DIGITS.finditer(text)
        if found.start() < place + _NEAR and found.end() > place
    ]
    return not digits or any(_is_alone(text, found) for text, found in digits)


def _is_alone(text: bytes, found: re.Match[bytes]) -> bool:
    around = text[max(found.start() - 1, 0) : found.start()] + text[found.end() : found.end() + 1]
    if len(found[0]) != _DATE_DIGITS or any(chr(byte).isalnum() for byte in around):
        return False
    return _REST_OF_UUID.match(text, found.end()) is None


def _decoded(data: bytes, first: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Yield what stands around a place in base64, and where in it; once for each way to begin."""
    before = _BASE64_BEFORE.search(data[max(first - _WIDE, 0) : first])
    after = _BASE64.match(data, end, end + _WIDE)
    begin = first - (len(before[0]) if before else 0)
    run = data[begin : after.end() if after else end].translate(_URL_SAFE)
    for shift in range(4):
        part = run[shift:]
        text = base64.b64decode(part[: len(part) // 4 * 4])
        yield text, max(first - begin - shift, 0) * 3 // 4


def _shape(data: bytes) -> str:
    shown = _LETTER.sub(b"a", _DIGIT.sub(b"9", data))
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in shown)


@lru_cache(maxsize=8)
def searcher_of_texts(texts: frozenset[tuple[str, str]]) -> Searcher:
    """Return what finds texts, given with their kinds; kept, as it takes a while to make."""
    return Searcher({spelled: kind for text, kind in texts for spelled in of_text(text)})


def find_all(searchers: Iterable[Searcher], data: bytes) -> set[str]:
    """Return what any of the searchers finds."""
    return {kind for one in searchers for kind in one.find(data)}
