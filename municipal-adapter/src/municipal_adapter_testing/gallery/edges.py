"""Contents at the edge: the longest texts that the form takes, and spellings beyond Unicode."""

from dataclasses import replace

from municipal_adapter.certificates.content import Content, SealRegistrationContent
from municipal_adapter.certificates.fitting import fitting_size
from municipal_adapter.certificates.font import DEFAULT_FONT, open_font
from municipal_adapter.certificates.form import RESIDENT_RECORD, SEAL_REGISTRATION, Place
from municipal_adapter.certificates.unprintable import TextTooLong
from municipal_adapter.synthetic.seals import seal_picture

GAIJI = {"E000": "MJ026204"}
"""What the gallery's municipality wrote in its adapter file."""
MJ_NAME = "渡邊\U000e010b 例太郎"
"""With a form of 邊 that has a selector in the Moji_Joho collection alone."""
SEALS = {"smallest": (8, 8), "largest": (25, 25), "oblong": (10, 25), "on_paper": (38, 38)}
"""Millimetres: what may be registered as a rule, and the largest picture that the form takes."""
GAIJI_NAME = "渡\ue000 例太郎"


def longest_text(piece: str, place: Place) -> str:
    """Return as many of a piece as fit into the place."""
    text = piece
    while True:
        try:
            fitting_size(text + piece, place, open_font(DEFAULT_FONT))
        except TextTooLong:
            return text.strip()
        text += piece


def with_longest_texts(content: Content, piece: str) -> Content:
    """Return the content with all texts as long as the form takes."""
    if isinstance(content, SealRegistrationContent):
        form = SEAL_REGISTRATION
        return replace(
            content,
            name=longest_text(piece, form["氏名"]),
            alias=longest_text(piece, form["通称"]),
            address=longest_text(piece, form["住所"]),
        )
    form, entry = RESIDENT_RECORD, content.residents[0]
    entry = replace(
        entry,
        name=longest_text(piece, form["氏名"]),
        name_kana=longest_text(piece, form["フリガナ"]),
        alias=longest_text(piece, form["通称"]),
        relationship=longest_text("子の妻の", form["続柄"]),
        honseki=longest_text(piece, form["本籍"]),
        family_head=longest_text("寿限無", form["筆頭者"]),
        previous_address=longest_text(piece, form["前住所"]),
    )
    return replace(
        content,
        address=longest_text(piece, form["住所"]),
        head_name=longest_text(piece, form["世帯主"]),
        residents=(entry, entry),
    )


def with_name(content: Content, name: str) -> Content:
    """Return the content of somebody of the name."""
    if isinstance(content, SealRegistrationContent):
        return replace(content, name=name, picture_png=seal_picture("渡邊"))
    entry = replace(content.residents[0], name=name, name_kana="ワタナベ レイタロウ")
    entry = replace(entry, family_head=name)
    return replace(content, head_name=name, residents=(entry,))


def with_seal(content: Content, millimetres: tuple[float, float]) -> Content:
    """Return a seal certificate with a seal of another size."""
    if not isinstance(content, SealRegistrationContent):
        raise TypeError("a certificate without a seal")
    width, height = (int(side / 25.4 * 600) for side in millimetres)
    return replace(content, picture_png=seal_picture("例邊", (width, height)))
