"""What the end of a period books is of the days of its papers, and not of the close's day."""

from collections.abc import Callable
from datetime import date

from billing.books.office import Office
from billing.closing.choosing import close
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.kit.pool import Connection

CITY, CHAIN = "122033", "komorebi"


async def test_the_tax_in_a_commission_is_that_of_the_papers_day(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    """On 1 October 2019 the rate went from 8 to 10 percent; September is closed that day."""
    await make_months(connection, date(2019, 9, 1), 2)
    await write(connection, Issued(CITY, CHAIN, date(2019, 9, 30)))
    await close(connection, office_on(date(2019, 10, 1)), "2019-09")
    tax = "SELECT yen FROM billing.transfers WHERE purpose = 'tax'"
    assert await connection.fetchval(tax) == 120 * 8 // 108
