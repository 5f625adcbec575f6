"""Section `offers`: how a kind is offered, and when: by weekday and by whose place it is."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from madoguchi_wire.channel import Channel
from madoguchi_wire.order import MAXIMUM_COPIES
from pydantic import Field, model_validator

from gateway.municipalities.rules.part import Part, TimeOfDay, is_absent


class Weekday(StrEnum):
    """Japan's weekdays, in the order of `date.weekday`; a public holiday is a closing."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_WEEKDAYS = (*Weekday,)


class Hours(Part):
    """Hours of one day, by Japan's clock."""

    opens: TimeOfDay
    closes: TimeOfDay
    """The first minute at which it is closed again."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(
                f"opens must lie before closes: {self.opens} does not lie before {self.closes};"
                ' the end of a day is written "24:00"'
            )
        return self


class WeeklyHours(Hours):
    """Hours of every day, and of those weekdays that differ."""

    weekdays: Annotated[
        dict[Weekday, Hours | Literal["closed"]],
        Field(default_factory=dict, exclude_if=is_absent),
    ]
    """`{sat: closed, sun: closed}`: on weekdays only."""

    def on(self, day: date) -> Hours | None:
        """Return the hours of a day of Japan's calendar, or None: closed."""
        named = self.weekdays.get(_WEEKDAYS[day.weekday()], self)
        return None if named == "closed" else named


class OfferRule(WeeklyHours):
    """How one kind is offered; its own hours are those at stores."""

    city_machine: Annotated[WeeklyHours | None, Field(exclude_if=is_absent)] = None
    """Hours at the city's own machines; without them those at stores."""
    members: bool = False
    """Household members can be chosen."""
    relationship: bool = False
    """続柄 and 世帯主 can be shown."""
    honseki: bool = False
    """本籍 and 筆頭者 can be shown."""
    maximum_copies: Annotated[int, Field(ge=1, le=MAXIMUM_COPIES)] = MAXIMUM_COPIES
    """Papers of one order."""

    def hours_at(self, channel: Channel, day: date) -> Hours | None:
        """Return the hours of a day at this type of site, or None: closed."""
        own = self.city_machine if channel is Channel.CITY_MACHINE else None
        return (own or self).on(day)
