"""A municipality's own characters (外字): private-use code points and what they stand for.

In the residents' systems they are old spellings of names. Each municipality gave them code points
of its own, so nothing may be printed for them but what the municipality itself mapped to the MJ
character (文字情報基盤) that they are.
"""

import re
from collections.abc import Mapping, Sequence

from municipal_adapter.certificates.font import Font

_CODE = re.compile("(?:10|0?[0-9A-F])?[0-9A-F]{4}", re.IGNORECASE)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")


def resolve_gaiji(gaiji: Mapping[str, str], approved: Sequence[Font]) -> dict[str, str]:
    """Return what each private-use character is written as: a character or variation sequence.

    Args:
        gaiji: code points in hex, each with its MJ name: {"E000": "MJ026204"}.
        approved: the fonts that certificates are printed with.

    Raises:
        ValueError: no private-use code point, or no approved font has the glyph.

    """
    return {_character(code): _resolved(code, name, approved) for code, name in gaiji.items()}


def with_gaiji(text: str, gaiji: Mapping[str, str]) -> str:
    """Return the text with each mapped character replaced; the others stay, to be refused."""
    return _PRIVATE.sub(lambda found: gaiji.get(found[0], found[0]), text) if gaiji else text


def _character(code: str) -> str:
    character = chr(int(code, 16)) if _CODE.fullmatch(code) else ""
    if not _PRIVATE.fullmatch(character):
        raise ValueError(f"gaiji: {code}: is no private-use code point in hex")
    return character


def _resolved(code: str, name: str, approved: Sequence[Font]) -> str:
    for font in approved:
        text = font.named_glyphs.get(name.lower())
        if text is not None:
            return text
    raise ValueError(f"gaiji: {code}: no approved font draws {name} for a Unicode sequence")
