"""Where the value of one of our fields comes from, as a part of the adapter file."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    model_validator,
)

_ORIGINS = ("from_", "any_of", "join", "constant")


def code_text(value: object) -> str:
    """Return how a code is compared: 1, "1" and "1 " are the same code; NULL is the empty one.

    Raises:
        ValueError: a value of this type is no code.

    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() if is_whole(value):
            return str(int(value))
        case str():
            return value.strip()
        case _:
            raise ValueError("no code")


def is_whole(number: Decimal) -> bool:
    """Return whether a NUMERIC of a database is a whole number."""
    return number.is_finite() and number == number.to_integral_value()


def _codes(value: object) -> object:
    if not isinstance(value, dict):
        return value
    given = cast("dict[object, object]", value)
    codes = {code_text(code): ours for code, ours in given.items()}
    if len(codes) != len(given):
        raise ValueError("the same code twice")
    if any(isinstance(ours, str) and ours.isspace() for ours in codes.values()):
        raise ValueError("a code means a blank text")
    return codes


Codes = Annotated[
    dict[str, StrictStr | StrictBool], BeforeValidator(_codes), Field(min_length=1, max_length=500)
]


class FieldMapping(BaseModel):
    """Where a value comes from; in YAML a bare text is the name of a column.

    Exactly one of `from`, `any_of`, `join` and `constant` is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    from_: Annotated[str, Field(min_length=1)] | None = Field(default=None, alias="from")
    """Name of a column, or dotted path in JSON: person.birth.date."""
    codes: Codes | None = None
    """Our value for each of the municipality's codes; `null` is for NULL and empty text."""
    era_date: StrictBool = False
    """Whether dates are written like 平成22年2月2日, H22.02.02, 4220202 or 20100202."""
    optional: StrictBool = False
    """Whether the value may be empty as a part of `join`, or may be absent in JSON."""
    any_of: tuple["FieldMapping", ...] = ()
    """Flags; the value is true where any of them is."""
    join: tuple["FieldMapping", ...] = ()
    """Texts that are put together: 都道府県, 市区町村, 町名, 番地."""
    with_: StrictStr = Field(default="", alias="with")
    """What stands between joined texts."""
    constant: StrictStr | StrictBool | None = None
    """The same value for all records."""
    never: tuple[StrictStr, ...] = ()
    """Of a status: values that refuse and have no code here, as such records are taken out."""

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [origin for origin in _ORIGINS if origin in self.model_fields_set]
        if len(given) != 1:
            raise ValueError("give exactly one of from, any_of, join and constant")
        if (self.codes is not None or self.era_date) and self.from_ is None:
            raise ValueError("codes and era_date go with from")
        if self.codes is not None and self.era_date:
            raise ValueError("give either codes or era_date")
        parts = (*self.any_of, *self.join)
        if any(part.any_of or part.join or part.era_date for part in parts):
            raise ValueError("a part is a column, with codes if need be, or a constant")
        if not parts and given[0] in ("any_of", "join"):
            raise ValueError("name at least one column")
        return self

    @property
    def origin(self) -> str:
        """Return which it is: from, any_of, join or constant."""
        return next(one for one in _ORIGINS if one in self.model_fields_set).rstrip("_")

    def columns(self) -> Iterator["FieldMapping"]:
        """Return the mappings in it that read a column or path."""
        if self.from_ is not None:
            yield self
        for part in (*self.any_of, *self.join):
            yield from part.columns()
