"""Periods as callers spell them."""

from typing import Annotated

from fastapi import Path as InPath
from madoguchi_wire.errors import InvalidFields

from billing.rules.periods import Period

PeriodText = Annotated[str, InPath(pattern=r"^[0-9]{4}-([0-9]{2}|late)$")]


def period_of(text: str) -> Period:
    """Return the period; raises InvalidFields."""
    try:
        return Period.of(text)
    except ValueError as error:
        raise InvalidFields(f"{str(error).capitalize()}.") from error
