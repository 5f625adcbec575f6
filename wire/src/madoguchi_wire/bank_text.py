"""Text as banks take it: half-width kana, capitals, digits and few signs, one byte each.

JIS X 0201, as the transfer formats of the banks' association (全国銀行協会) allow it: small kana
are written large, a long vowel as a hyphen, a voiced kana as two characters.
"""

import unicodedata

_HALF = [chr(code) for code in range(0xFF66, 0xFF9E)]
_MARKS = ("", "ﾞ", "ﾟ")
_ALONE = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
"""Marks of voice without a kana, in normal form."""
_WIDE = _ALONE | {
    wide: half + mark
    for half in _HALF
    for mark in _MARKS
    if len(wide := unicodedata.normalize("NFKC", half + mark)) == 1
}
"""Full-width kana by what spells it; a small or marked one is a character of its own."""
_SMALL = str.maketrans("ｧｨｩｪｫｬｭｮｯｰ", "ｱｲｳｴｵﾔﾕﾖﾂ-")
_SIGNS = "()-./,｢｣ "
_ALLOWED = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" + _SIGNS + "ﾞﾟ" + "".join(_HALF).translate(_SMALL)
)


class NotForBanks(ValueError):
    """A character that no transfer file may hold."""


def bank_text(text: str) -> str:
    """Return `text` as it stands in a transfer file, a byte for each character.

    Raises:
        NotForBanks: it holds a character that banks do not take (kanji, hiragana, other signs).

    """
    # Marks of voice first, or normal form would draw them together with the kana before them.
    wide = unicodedata.normalize("NFKC", text).upper()
    spelled = "".join(_WIDE.get(one, one) for one in wide)
    plain = spelled.replace("「", "｢").replace("」", "｣").translate(_SMALL)
    for one in plain:
        if one not in _ALLOWED:
            allowed = f"kana, capitals, digits and {_SIGNS.strip()}"
            raise NotForBanks(f"{one!r} cannot stand in a transfer file: {allowed}")
    return plain


def bank_bytes(text: str) -> bytes:
    """Return the bytes (JIS X 0201) of a text that `bank_text` made."""
    return text.encode("shift_jis")
