"""Days as callers spell them."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

_SPELLED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _spelled(given: object) -> object:
    """Refuse what is no day as it is described: pydantic takes a number for seconds since 1970."""
    if isinstance(given, str) and _SPELLED.fullmatch(given):
        return given
    raise ValueError("a day is spelled 2026-04-01")


DayText = Annotated[date, BeforeValidator(_spelled)]
"""A day that somebody asks for, ISO 8601 and nothing else."""
