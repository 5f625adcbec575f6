"""The words that templates print by themselves, whatever the record says."""

import re
from collections.abc import Iterable

from municipal_adapter.readback.page import without_space

_WORD = re.compile(r"[^\x00-\x7f]+")
"""A template's own words are Japanese: Latin letters and digits on a page are the record's."""
_NOTHING = r"(?!)"


class TemplateWords:
    """Words that may stand between and beside what the record says, each as a whole."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Gather the words.

        Args:
            sources: text of each template file.

        """
        found = {without_space(word) for source in sources for word in _WORD.findall(source)}
        longest_first = sorted(found - {""}, key=len, reverse=True)
        words = "|".join(re.escape(word) for word in longest_first) or _NOTHING
        self._word = re.compile(words)
        self._words = re.compile(f"(?:{words})*+")

    def without_first(self, text: str) -> str | None:
        """Return the text without the word that it begins with; None: it begins with none."""
        found = self._word.match(text)
        return None if found is None else text[found.end() :]

    def are_all_of(self, text: str) -> bool:
        """Return whether a text is nothing but such words."""
        return self._words.fullmatch(text) is not None
