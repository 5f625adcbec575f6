"""Sections `closings` and `maintenance`: days and hours without issuing, besides the usual ones."""

from datetime import date, datetime
from typing import Annotated, Self

from madoguchi_wire.clock import JAPAN
from madoguchi_wire.order import Kind
from pydantic import AfterValidator, Field, model_validator

from gateway.municipalities.rules.part import Part, Spelled, is_absent

_SPELLED = "%Y-%m-%d %H:%M"


def _moment(text: str) -> str:
    try:
        moment_of(text)
    except ValueError:
        raise ValueError("no moment of the calendar: write 2027-01-15 22:00") from None
    return text


Moment = Annotated[
    str,
    Spelled(r"\d{4}-\d\d-\d\d \d\d:\d\d", "no moment: write 2027-01-15 22:00, Japan's time"),
    AfterValidator(_moment),
]
"""Japan's time, `2027-01-15 22:00`."""


def moment_of(text: str) -> datetime:
    """Return what a `Moment` says."""
    return datetime.strptime(text, _SPELLED).replace(tzinfo=JAPAN)


class _Closed(Part):
    kinds: Annotated[tuple[Kind, ...], Field(exclude_if=is_absent)] = ()
    """Only these are not issued; without it: none is."""

    def concerns(self, kind: Kind) -> bool:
        """Tell whether a kind is not issued then."""
        return not self.kinds or kind in self.kinds


class Closing(_Closed):
    """Days on which nothing is issued, the first and the last one included."""

    first: Annotated[date, Field(alias="from")]
    until: date

    def covers(self, day: date) -> bool:
        """Tell whether a day is among them."""
        return self.first <= day <= self.until

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.until < self.first:
            raise ValueError(f"until: {self.until} lies before {self.first}")
        return self


class Maintenance(_Closed):
    """A window in which nothing is issued; at `until` it is issued again."""

    first: Annotated[Moment, Field(alias="from")]
    until: Moment

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.first <= moment.astimezone(JAPAN).strftime(_SPELLED) < self.until

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.until <= self.first:
            raise ValueError(f"until: {self.until} does not lie after {self.first}")
        return self
