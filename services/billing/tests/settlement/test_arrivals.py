"""What arrived of a machine's coins is recorded once, and corrected in the open."""

from collections.abc import Callable
from datetime import date

import pytest
from billing.books.balances import balances
from billing.books.office import Office
from billing.settlement.arrivals import Arrival, record_arrival
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.errors import (
    AmountRefused,
    ArrivalDiffers,
    InvalidFields,
    MadoguchiError,
)
from madoguchi_wire.kit.pool import Connection

CITY, DAY, NEXT = "122033", date(2010, 4, 30), date(2010, 5, 1)
OWN = Issued(CITY, "ichikawa-city", DAY, commission=0, channel="city_machine")
STORE = Issued(CITY, "komorebi", DAY)
HALL = f"{OWN.site}-1"
_ROWS = "SELECT municipality, yen, recorded_by, reason FROM billing.arrivals ORDER BY position"


@pytest.fixture
async def office(connection: Connection, office_on: Callable[[date], Office]) -> Office:
    await make_months(connection, DAY, 2)
    await write(connection, OWN, STORE)
    return office_on(NEXT)


async def test_it_is_recorded_once_and_corrected_by_who_knows_what_is_recorded(
    connection: Connection, office: Office
) -> None:
    before = await balances(connection)
    assert await record_arrival(connection, office, Arrival(HALL, DAY, 200))
    assert not await record_arrival(connection, office, Arrival(HALL, DAY, 200))
    for wrong in (Arrival(HALL, DAY, 250), Arrival(HALL, DAY, 250, instead_of=100)):
        with pytest.raises(ArrivalDiffers, match="200 yen are recorded"):
            await record_arrival(connection, office, wrong)
    with pytest.raises(ArrivalDiffers, match="nothing is recorded"):
        await record_arrival(connection, office, Arrival(HALL, NEXT, 0, instead_of=200))
    right = Arrival(HALL, DAY, 250, instead_of=200)
    assert await record_arrival(connection, office, right)
    assert not await record_arrival(connection, office, right)
    assert await record_arrival(connection, office, Arrival(HALL, NEXT, 0))
    kept = [tuple(row) for row in await connection.fetch(_ROWS)]
    person = (office.person.name, office.person.reason)
    assert kept == [(CITY, yen, *person) for yen in (200, 250, 0)]
    assert await balances(connection) == before


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (Arrival(HALL, DAY, -1), AmountRefused),
        (Arrival(HALL, DAY, 10**19), AmountRefused),
        (Arrival(HALL, date(2010, 5, 2), 200), InvalidFields),
        (Arrival(HALL, date(2010, 4, 29), 200), InvalidFields),
        (Arrival(f"{STORE.site}-1", DAY, 200), InvalidFields),
        (Arrival("elsewhere-1", DAY, 200), InvalidFields),
    ],
)
async def test_what_cannot_have_arrived_is_refused(
    connection: Connection, office: Office, wrong: Arrival, error: type[MadoguchiError]
) -> None:
    with pytest.raises(error):
        await record_arrival(connection, office, wrong)
    assert await connection.fetch(_ROWS) == []
