"""Coins of a municipality's own machines, as it counted them when they arrived.

No entry of the ledger: from the close on they are the municipality's (`collected`), wherever they
lie. Reconciliation holds them against the machine's signed reports.
"""

from dataclasses import dataclass
from datetime import date

from madoguchi_wire.errors import AmountRefused, ArrivalDiffers, InvalidFields
from madoguchi_wire.kit.pool import Connection

from billing.books.office import Office
from billing.books.writing import writing
from billing.closing.calendar import read_calendar
from billing.rules.payments import MOST_YEN, check_day

_MACHINE = """
    SELECT municipality FROM issuances
    WHERE terminal = $1 AND channel = 'city_machine' AND accepted_on <= $2 LIMIT 1
"""
_KNOWN = """
    SELECT yen FROM billing.arrivals WHERE terminal = $1 AND day = $2
    ORDER BY position DESC LIMIT 1
"""
_KEEP = """
    INSERT INTO billing.arrivals (terminal, municipality, day, yen, recorded_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True)
class Arrival:
    """All that arrived of the coins that were taken out of a machine on one day."""

    terminal: str
    day: date
    """Japan's, on which they were taken out."""
    yen: int
    instead_of: int | None = None
    """What is recorded and was wrong."""


async def record_arrival(connection: Connection, office: Office, arrival: Arrival) -> bool:
    """Record what arrived; False if it was recorded before, just so.

    Raises:
        AmountRefused: no whole yen from zero on, or more than any bank transfers.
        ArrivalDiffers: another sum is recorded, and not the one that this corrects.
        InvalidFields: no machine of a municipality's own, or no day of the books.

    """
    if not 0 <= arrival.yen <= MOST_YEN:
        raise AmountRefused(f"{arrival.yen} yen cannot arrive: 0 to {MOST_YEN} can.")
    async with writing(connection):
        about = (arrival.terminal, arrival.day)
        known: int | None = await connection.fetchval(_KNOWN, *about)
        if known == arrival.yen:
            return False
        if known != arrival.instead_of:
            raise ArrivalDiffers(_recorded(arrival, known))
        check_day(arrival.day, (await read_calendar(connection)).first_day, office.today)
        municipality: str | None = await connection.fetchval(_MACHINE, *about)
        if municipality is None:
            raise InvalidFields(
                f"{arrival.terminal} is no municipality's own machine: until {arrival.day} it took"
                " no order as one."
            )
        person = office.person
        facts = (arrival.terminal, municipality, arrival.day, arrival.yen)
        await connection.execute(_KEEP, *facts, person.name, person.reason)
        return True


def _recorded(arrival: Arrival, known: int | None) -> str:
    told = "nothing is" if known is None else f"{known:,} yen are"
    return f"Of {arrival.terminal} and {arrival.day} {told} recorded."
