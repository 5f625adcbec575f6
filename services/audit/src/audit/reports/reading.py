"""The facts of a quarter, from the archive."""

from datetime import datetime, timedelta

from madoguchi_wire.encoding import strict_json
from madoguchi_wire.kit.pool import Executor

from audit.history.select import Selection, all_selected
from audit.reports.counting import QuarterCounter
from audit.reports.facts import Facts
from audit.reports.quarter import Quarter

FOLLOWED = timedelta(days=92)
"""How long after its quarter what began in it is followed to its end."""


async def quarter_facts(
    connection: Executor, municipality: str, quarter: Quarter, now: datetime
) -> Facts:
    """Return a municipality's quarter as the archive knows it at `now`.

    What no verified stamp covers is not counted, whoever wrote it; how much that is, is told.
    """
    counter = QuarterCounter(municipality, quarter, now)
    period = Selection(
        municipality=municipality,
        first_day=quarter.first_day,
        last_day=quarter.last_day + FOLLOWED,
    )
    async for row in all_selected(connection, period):
        if not row["is_stamped"]:
            counter.unstamped()
            continue
        if row["canonical"] is None:
            if row["day"] <= quarter.last_day:
                counter.removed(row["type"], row["time"], row["subject"])
            continue
        data = strict_json(row["canonical"])["data"]
        counter.add(row["type"], row["time"], row["subject"], data)
    return counter.facts()
