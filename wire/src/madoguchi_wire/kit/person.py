"""Who asks, and why."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,63}")
_SHORTEST, _LONGEST = 5, 500


def is_one_person(name: str, other: str) -> bool:
    """Tell whether two names of the staff directory are the same person's."""
    return name.casefold() == other.casefold()


@dataclass(frozen=True)
class Person:
    """A named person and the reason that this person gives."""

    name: str
    reason: str

    @classmethod
    def of(cls, name: str, reason: str) -> "Person":
        """Return the person.

        Raises:
            ValueError: no name of the staff directory, or no reason in a sentence.

        """
        if not _NAME.fullmatch(name):
            raise ValueError("a name has 2 to 64 letters, digits, and . _ @ -")
        told = reason.strip()
        if not _SHORTEST <= len(told) <= _LONGEST or not told.isprintable():
            raise ValueError(f"a reason is one line of {_SHORTEST} to {_LONGEST} characters")
        return cls(name, told)
