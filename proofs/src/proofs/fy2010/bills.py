"""Months closed and stated by the billing service, as its office would at the time."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from billing.books.office import Office
from billing.closing.close import close_month
from billing.contracts.contracts import Contracts, read_contracts
from billing.rules.periods import Period
from billing.settlement.paid_statements import StatementPayment, pay_statement
from billing.statements.making import find_statement, list_statements, make_statements
from billing.statements.statement import Role, Statement, statement_number
from local_stack.system import LocalSystem
from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.commands import connected_to
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

_ACCOUNTANT = Person("accountant", "the end of the month")


@dataclass
class Bills:
    """The billing of a system whose clock moves."""

    system: LocalSystem
    contracts: Contracts

    @classmethod
    def of(cls, system: LocalSystem) -> "Bills":
        """Read the installation's contracts."""
        return cls(system, read_contracts(system.installation.layout.contracts))

    async def close(self, month: date, municipality: str) -> Statement:
        """Close a month that is over, and return a municipality's statement of it.

        The chains pay at once what is stated to them.

        Raises:
            MadoguchiError: it cannot be closed; nothing was written.

        """
        period = Period.month_of(month)
        today = japan_day(self.system.clock.now())
        office = Office(self.contracts, today, _ACCOUNTANT)
        async with self._connection() as connection:
            await close_month(connection, office, period)
            await make_statements(connection, office, period)
            for stated in await list_statements(connection, period):
                if stated.party.role is Role.CHAIN:
                    await _pay(connection, office, stated)
            number = statement_number(str(period), Role.MUNICIPALITY, municipality)
            return await find_statement(connection, number)

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        dsn = self.system.installation.facts.gateway_database
        # Without an offset: the server's clock moves.
        async with connected_to(dsn, None, "madoguchi-billing") as connection:
            yield connection


async def _pay(connection: Connection, office: Office, stated: Statement) -> None:
    yen = stated.totals.to_pay
    if yen:
        paid = StatementPayment(stated.number, yen, stated.number, office.today)
        await pay_statement(connection, office, paid)
