"""What is settled net: no more than the fees that chains still owe, and only by contract."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from billing.books.office import Office
from billing.closing.choosing import close
from billing.settlement.refunds import refund
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.kit.pool import Connection

NET, GROSS, CHAIN, DAY = "122033", "131130", "komorebi", date(2010, 4, 1)
_SET_OFF = """
    SELECT municipality, sum(yen)::bigint AS yen FROM billing.transfers
    WHERE purpose = 'set_off' GROUP BY municipality
"""


async def test_no_more_is_set_off_than_the_fees_that_chains_owe_where_the_contract_says_net(
    connection: Connection, office_on: Callable[[date], Office]
) -> None:
    office = office_on(date(2010, 5, 1))
    contracts = office.contracts
    changed = contracts.municipality(NET).model_copy(update={"settlement": "net"})
    cities = {**contracts.municipalities, NET: changed}
    office = replace(office, contracts=replace(contracts, municipalities=cities))
    await make_months(connection, DAY, 2)
    campaign, given_back = Issued(NET, CHAIN, DAY, fee=10), Issued(NET, CHAIN, DAY)
    own = Issued(NET, "ichikawa-city", DAY, fee=200, commission=0, channel="city_machine")
    await write(connection, campaign, given_back, own, Issued(GROSS, CHAIN, DAY))
    await refund(connection, replace(office, today=DAY), given_back.issuance_id)
    await close(connection, office, "2010-04")
    # Ten yen of 240: the other fee is with the cardholder, that of the own machine with the city.
    found = {row["municipality"]: row["yen"] for row in await connection.fetch(_SET_OFF)}
    assert found == {NET: 10}
