"""The approved fonts of a municipality: which of them a certificate is printed with."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import typst

from municipal_adapter.certificates.font import DEFAULT_FONT, Font, open_font
from municipal_adapter.certificates.gaiji import resolve_gaiji, with_gaiji
from municipal_adapter.certificates.unprintable import UnknownCharacter


class Fonts:
    """Approved fonts in the order of preference, and the municipality's own characters (外字)."""

    def __init__(self, paths: Sequence[Path] = (), gaiji: Mapping[str, str] | None = None) -> None:
        """Open the fonts.

        Args:
            paths: font files, the preferred one first; none: the one that the adapter brings.
            gaiji: private-use code points in hex, each with its MJ glyph name (文字情報基盤).

        Raises:
            ValueError: a file is no font, or no font has a glyph that is named; the text says
                which.

        """
        self.approved = tuple(open_font(path) for path in paths or (DEFAULT_FONT,))
        self._gaiji = resolve_gaiji(gaiji or {}, self.approved)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the fonts' own, in their order, and the characters' mapping; in hex."""
        mapped = "".join(f"{ord(code):X}={text}\n" for code, text in sorted(self._gaiji.items()))
        digests = "".join(f"{font.digest}\n" for font in self.approved)
        return sha256((digests + mapped).encode()).hexdigest()

    def with_gaiji(self, text: str) -> str:
        """Return a record's text with the municipality's own characters in Unicode."""
        return with_gaiji(text, self._gaiji)

    def font_for(self, texts: Iterable[str]) -> Font:
        """Return the one font that a whole certificate is printed with: the first that can.

        Raises:
            UnknownCharacter: none draws every character exactly.

        """
        text = "".join(texts)
        for font in self.approved:
            if font.draws(text):
                return font
        raise UnknownCharacter("a record holds a character that no approved font can draw")

    def for_typst(self) -> typst.Fonts:
        """Return the fonts for a compiler; templates choose from them by family."""
        return typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[font.path.parent for font in self.approved],
        )
