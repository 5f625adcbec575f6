"""Papers that are billed already: each in a period that the rule says, and as it was metered.

A row that somebody moved to a far period, or wrote past the rules, would be in no statement, or in
one that is wrong: nothing is closed, stated or invoiced over it.
"""

from collections.abc import Collection, Iterable

from madoguchi_wire.kit.pool import Connection

from billing.closing.explaining import Unexplained, refuse_unexplained
from billing.rules.periods import Period, period_for

_SAME = """issuance_id, municipality, accepted_on, kind, channel, chain, site, place, commission,
    tariff_version"""
_ASSIGNED = """
    SELECT DISTINCT accepted_on, entered_on, period FROM billing.papers
    WHERE period NOT IN (SELECT period FROM billing.periods)
"""
_PLACED = """
    SELECT issuance_id, period FROM billing.papers
    WHERE (accepted_on, entered_on, period) IN (
        SELECT * FROM unnest($1::date[], $2::date[], $3::text[]))
    ORDER BY issuance_id
"""
_NOT_METERED = f"""
    WITH billed AS MATERIALIZED (
        SELECT {_SAME}, fee, entered_on FROM billing.papers WHERE period = ANY($1::text[])
    )
    SELECT issuance_id FROM (
        SELECT * FROM billed EXCEPT
        SELECT {_SAME}, yen, (completed_at AT TIME ZONE 'Asia/Tokyo')::date FROM metering_records
        WHERE accepted_on BETWEEN (SELECT min(accepted_on) FROM billed)
                              AND (SELECT max(accepted_on) FROM billed)) AS other
    ORDER BY issuance_id
"""  # noqa: S608 (names of columns)
_PERIODS = "SELECT DISTINCT period FROM billing.papers"


async def check_open(connection: Connection, closed: Collection[Period]) -> None:
    """Pass if all papers of periods that are open are where the rule says, and as metered.

    Raises:
        LedgerUnexplained: naming issuances.

    """
    found = await misplaced(connection, closed)
    periods = {row["period"] for row in await connection.fetch(_ASSIGNED)}
    refuse_unexplained([*found, *await not_metered(connection, periods)])


async def check_billed(connection: Connection, period: Period) -> None:
    """Pass if all papers of a period are as metered; raises as `check_open`."""
    refuse_unexplained(await not_metered(connection, [str(period)]))


async def misplaced(connection: Connection, closed: Collection[Period]) -> list[Unexplained]:
    """Return the papers of open periods that belong to another one.

    What a close took into a period that is open still would be taken there now, too.
    """
    wrong = [
        tuple(row)
        for row in await connection.fetch(_ASSIGNED)
        if row["period"] != str(period_for(row["accepted_on"], row["entered_on"], closed))
    ]
    if not wrong:
        return []
    columns = [[row[at] for row in wrong] for at in range(3)]
    return [
        Unexplained(
            row["issuance_id"], f"it is billed in {row['period']}, where it does not belong"
        )
        for row in await connection.fetch(_PLACED, *columns)
    ]


async def not_metered(
    connection: Connection, periods: Iterable[str] | None = None
) -> list[Unexplained]:
    """Return the papers of some periods, or of all, that are not metered so."""
    if periods is None:
        periods = [row["period"] for row in await connection.fetch(_PERIODS)]
    rows = await connection.fetch(_NOT_METERED, list(periods))
    return [Unexplained(row["issuance_id"], "it is billed, and not metered so") for row in rows]
