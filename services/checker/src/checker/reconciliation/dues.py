"""From when on it is a difference that somebody has not counted, closed, paid or explained."""

from datetime import date, timedelta


def is_due(entered: date, today: date) -> bool:
    """Tell whether it is late: the month after the one in which it ended is over.

    Args:
        entered: Japan's day on which the paper came out, or was voided.
        today: Japan's.

    """
    months = entered.year * 12 + entered.month + 1
    return today >= date(months // 12, months % 12 + 1, 1)


def is_carried_late(entered: date, today: date) -> bool:
    """Tell whether an event, or a report that another one's number shows to be missing, is late."""
    return today > entered + timedelta(days=1)
