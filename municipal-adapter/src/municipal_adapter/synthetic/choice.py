"""Choices that are the same in every run: hashed from a seed, not for secrets."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

_T = TypeVar("_T")


class Choice:
    """A stream of choices; the same seed gives the same stream."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._made = 0

    def _next(self) -> bytes:
        self._made += 1
        return sha256(f"{self._seed}/{self._made}".encode()).digest()

    def number(self, first: int, last: int) -> int:
        """Return a number from first to last, both included."""
        return first + int.from_bytes(self._next()) % (last - first + 1)

    def one_of(self, options: Sequence[_T]) -> _T:
        """Return one of the options."""
        return options[self.number(0, len(options) - 1)]

    def number_of_person(self) -> str:
        """Return an id in the shape of a random one."""
        return str(UUID(bytes=self._next()[:16], version=4))
