"""What every part of a configuration file has in common."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic import StringConstraints as Sized
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class Spelled:
    """A text of one pattern; who spells it otherwise is told what to write."""

    pattern: str
    """Of the whole text."""
    mend: str

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check a text when it is read."""
        matches = re.compile(self.pattern, re.ASCII).fullmatch

        def checked(text: str) -> str:
            if matches(text) is None:
                raise ValueError(self.mend)
            return text

        return core_schema.no_info_after_validator_function(checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Tell editors the pattern."""
        return handler(schema) | {"pattern": f"^({self.pattern})$"}


TimeOfDay = Annotated[
    str,
    Spelled(
        r"([01]\d|2[0-3]):[0-5]\d|24:00",
        'no time of day: write "06:30"; the end of the day is "24:00"',
    ),
]
"""Japan's time, `HH:MM`; `24:00` is the end of the day."""
Label = Annotated[str, Sized(min_length=1, max_length=40)]
Identifier = Annotated[
    str,
    Spelled(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        "no name: write 1 to 64 Latin letters, digits, dots, hyphens and underscores",
    ),
]
"""A chain's, site's or terminal's."""


def is_absent(value: object) -> bool:
    """Tell whether an optional value says nothing.

    It is not spelled then, so that files from before have the digest that they had.
    """
    return not value


class Part(BaseModel):
    """A part of a file: nothing unknown is in it, and it stays as it was read."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )
