"""Who is in the adapter's records while it is tested: nobody who lives."""

import io
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from typing import Any

from PIL import Image, ImageDraw

ADDRESS = "試験県試験市見本町一丁目2番3号"
HONSEKI = "試験県試験市本町1番地"


@dataclass(frozen=True)
class Person:
    """A resident of the test centre."""

    number: str
    name: str
    kana: str
    born: date
    household: str
    relationship: str = "世帯主"
    sex: str = "男"
    status: str = "current"
    protected: bool = False
    has_seal: bool = True

    @property
    def card(self) -> str:
        """The name of their card's folder."""
        return self.number


HOLDER = Person("K101", "見本 太郎", "ミホン タロウ", date(1980, 1, 2), "KS1")
"""The test person: who gets the papers."""
WIFE = Person(
    "K102", "見本 花子", "ミホン ハナコ", date(1982, 3, 4), "KS1", "妻", "女", has_seal=False
)
CHILD = Person(
    "K103", "見本 桃子", "ミホン モモコ", date(2022, 7, 7), "KS1", "子", "女", has_seal=False
)
WITHOUT_SEAL = Person("K201", "架空 次郎", "カクウ ジロウ", date(1975, 5, 5), "KS2", has_seal=False)
PROTECTED = Person("K301", "例示 三郎", "レイジ サブロウ", date(1970, 6, 6), "KS3", protected=True)
MOVED = Person(
    "K401", "仮名 四郎", "カナ シロウ", date(1965, 8, 8), "KS4", status="moved_out", has_seal=False
)
DEAD = Person(
    "K501",
    "雛形 五郎",
    "ヒナガタ ゴロウ",
    date(1940, 9, 9),
    "KS5",
    status="deceased",
    has_seal=False,
)
TEST = Person("K601", "検証 六郎", "ケンショウ ロクロウ", date(1985, 10, 10), "KS6")
"""The test record: gets test papers (見本) at the test terminal, and nothing else."""
PEOPLE = (HOLDER, WIFE, CHILD, WITHOUT_SEAL, PROTECTED, MOVED, DEAD, TEST)


def record_lines() -> list[dict[str, Any]]:
    """Return the records as lines of a batch (docs/records/files.md), without header."""
    households = {one.household: one for one in reversed(PEOPLE)}
    lines: list[dict[str, Any]] = [
        {
            "line": "household",
            "household_id": number,
            "address": ADDRESS,
            "head_name": head.name,
        }
        for number, head in sorted(households.items())
    ]
    lines += [_resident(one) for one in PEOPLE]
    lines += [_seal(one) for one in PEOPLE if one.has_seal]
    return lines


def _resident(one: Person) -> dict[str, Any]:
    members = [other for other in PEOPLE if other.household == one.household]
    return {
        "line": "resident",
        "resident_id": one.number,
        "household_id": one.household,
        "legal_order": members.index(one) + 1,
        "name": one.name,
        "name_kana": one.kana,
        "alias": None,
        "birth_date": one.born.isoformat(),
        "sex": one.sex,
        "relationship": one.relationship,
        "became_resident_on": max(one.born, date(2001, 4, 1)).isoformat(),
        "moved_here_on": None,
        "previous_address": None,
        "honseki": HONSEKI,
        "family_head": members[0].name,
        "status": one.status,
        "change_pending": False,
        "protected": one.protected,
    }


def _seal(one: Person) -> dict[str, Any]:
    return {
        "line": "seal",
        "registration_number": f"KI-{one.number}",
        "resident_id": one.number,
        "registered_on": "2012-05-01",
        "registered_name": one.name,
        "picture_png": b64encode(_picture()).decode(),
        "status": "active",
    }


def _picture() -> bytes:
    image = Image.new("L", (400, 400), 255)
    drawn = ImageDraw.Draw(image)
    drawn.ellipse((10, 10, 390, 390), outline=0, width=16)
    drawn.line((120, 200, 280, 200), fill=0, width=24)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(600, 600))
    return buffer.getvalue()
