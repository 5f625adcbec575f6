"""Closes what a text names: a day, a month, or the late entries of a fiscal year."""

import re
from datetime import date

from madoguchi_wire.errors import InvalidFields
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.closing.close import Closed, close_day, close_late, close_month
from billing.rules.periods import Period

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


async def close(connection: Connection, office: Office, what: str) -> Closed:
    """Close `2010-04-30`, `2010-04` or `2010-late`; raises as `close_day`, and InvalidFields."""
    chosen = _chosen(what)
    if isinstance(chosen, date):
        return await close_day(connection, office, chosen)
    act = close_late if chosen.month is None else close_month
    return await act(connection, office, chosen)


def _chosen(what: str) -> date | Period:
    try:
        return date.fromisoformat(what) if _DAY.fullmatch(what) else Period.of(what)
    except ValueError as error:
        raise InvalidFields(
            "What is closed is written 2010-04-30, 2010-04, or 2010-late after fiscal year 2010."
        ) from error
