"""What every part of a configuration file has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
"""Japan's time, `HH:MM`; `24:00` is the end of the day."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A chain's, site's or terminal's."""


def is_absent(value: object) -> bool:
    """Tell whether an optional value says nothing.

    It is not spelled then, so that files from before have the digest that they had.
    """
    return not value


class Part(BaseModel):
    """A part of a file: nothing unknown is in it, and it stays as it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
