"""What a field of a line may hold; anything else is refused, never guessed."""

import base64
import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from municipal_adapter.records.seal_picture import seal_picture

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _plain(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError("has a control character, or half of a character")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return text


def _written(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("is no text")
    return value


def _day(value: object) -> object:
    if value is not None and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("is not written like 2010-02-02")
    return value


def _picture(value: object) -> bytes:
    try:
        picture = base64.b64decode(str(_written(value)), validate=True)
    except ValueError:
        raise ValueError("is no base64 text") from None
    return seal_picture(picture)


MAXIMUM_SEQUENCE = 2**53 - 1
"""The greatest number that every JSON parser reads as it was written."""
MAXIMUM_ORDER = 9999
Number = Annotated[
    str, Field(min_length=1, max_length=100), AfterValidator(_plain), AfterValidator(_not_blank)
]
Text = Annotated[
    str, Field(min_length=1, max_length=1000), AfterValidator(_plain), AfterValidator(_not_blank)
]
TextOrEmpty = Annotated[str, Field(max_length=1000), AfterValidator(_plain)]
Day = Annotated[date, BeforeValidator(_day)]
DayOrNone = Annotated[date | None, BeforeValidator(_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Picture = Annotated[bytes, BeforeValidator(_picture)]
Sequence = Annotated[int, Field(ge=1, le=MAXIMUM_SEQUENCE, strict=True)]
