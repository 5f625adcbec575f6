"""Which day may stand on a paper as its day of issue."""

from datetime import date, datetime, timedelta

from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import OrderRefused

_LATEST = timedelta(minutes=3)
"""After midnight: an order is acted on for two minutes, and clocks differ a little."""


def check_day_of_issue(accepted_on: date, now: datetime) -> None:
    """Let the day of issue be Japan's today, or right after midnight the day of acceptance.

    Otherwise a gateway could have papers dated back.

    Raises:
        OrderRefused: it is another day.

    """
    if accepted_on not in (japan_day(now), japan_day(now - _LATEST)):
        raise OrderRefused("The day of issue is not today's in Japan.")
