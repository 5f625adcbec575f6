"""Who comes on which day to which store for what: the same for the same seed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from local_stack.installation.cards import Town
from local_stack.visits import Visit
from madoguchi_wire.clock import JAPAN
from madoguchi_wire.order import Kind

from proofs.fy2010.seed import FIRST_DAY, ICHIKAWA, LAST_DAY, PLACES, Place

_COPIES = (1, 1, 1, 1, 1, 1, 2, 2, 3)
"""How many copies of one paper people take."""
_OPENS, _CLOSES = 7, 22
"""Hours; stores give papers from 6:30 to 23:00."""


@dataclass(frozen=True)
class Day:
    """A day at the stores."""

    moment: datetime
    """When those who come that day do."""
    visits: tuple[Visit, ...]


def open_days(first: date = FIRST_DAY, last: date = LAST_DAY) -> list[date]:
    """Return the days on which papers are given: all but 12-29 to 01-03."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if (1, 3) < (day.month, day.day) < (12, 29)]


def cards_in(town: Town) -> list[str]:
    """Return the names of the cards that a town's ordinary residents have."""
    return [holder.name for holder in town.holders if holder.name.startswith("resident-")]


def plan(
    seed: int,
    cards: Sequence[str],
    days: Sequence[date],
    places: Sequence[Place] = PLACES,
) -> list[Day]:
    """Return the days with the visits of each, which together print every paper of `places`.

    Nobody comes twice on a day, so that no card is in two slots at once.

    Args:
        seed: of all choices.
        cards: of those who come; more than there are visits on any day.
        days: in order.
        places: how many papers, and where.

    Raises:
        IndexError: a place has no store that serves on any of the days.
        ValueError: fewer people have cards than come on a day.

    """
    choice = Random(seed)
    by_day: dict[date, list[Visit]] = {day: [] for day in days}
    taken = Counter[tuple[date, str]]()
    for place in places:
        possible = [day for day in days if place.serving(day)]
        for kind in Kind:
            for copies in _copies(choice, place.papers(kind)):
                day = choice.choice(possible)
                # Whoever sees a queue goes to the next counter.
                terminal = min(place.serving(day), key=lambda one, day=day: taken[day, one])
                taken[day, terminal] += copies
                by_day[day].append(Visit(terminal, ICHIKAWA, "", kind, copies=copies))
    return [_day(choice, day, visits, cards) for day, visits in by_day.items()]


def _copies(choice: Random, papers: int) -> Iterator[int]:
    while papers > 0:
        copies = min(papers, choice.choice(_COPIES))
        papers -= copies
        yield copies


def _day(choice: Random, day: date, visits: Sequence[Visit], cards: Sequence[str]) -> Day:
    minutes = timedelta(minutes=choice.randrange((_CLOSES - _OPENS) * 60))
    opens = datetime(day.year, day.month, day.day, _OPENS, tzinfo=JAPAN)
    who = choice.sample(cards, len(visits))
    named = tuple(_by(choice, visit, one) for visit, one in zip(visits, who, strict=True))
    return Day(opens + minutes, named)


def _by(choice: Random, visit: Visit, card: str) -> Visit:
    if visit.kind is not Kind.RESIDENT_RECORD:
        return replace(visit, card=card)
    everybody, honseki = choice.random() < 1 / 3, choice.random() < 1 / 3
    return replace(
        visit,
        card=card,
        persons="all" if everybody else "self",
        relationship=everybody,
        honseki=honseki,
    )
