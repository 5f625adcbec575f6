"""What stands in a payer's transfer file: what of the statements is still owed.

Fees go from the chains to the centre and on to the municipalities; the commission comes back the
same way, and with it the municipality's share.
"""

from collections.abc import Sequence

from madoguchi_wire.kit.pool import Connection

from billing.books.balances import settled_balance
from billing.books.transfers import owed
from billing.contracts.contracts import CENTRE
from billing.owed.balances import read_balances
from billing.owed.reached import Reached, at_close
from billing.rules.owed import Sums, sides_of, still_open, sums_of
from billing.rules.periods import Period
from billing.statements.statement import Role, Statement
from billing.transfer_files.kept import Entry

_LATE = 13
"""Stands for the month in references of late entries."""
_SHARE = 14
"""And of the yearly share."""


async def open_entries(
    connection: Connection, statements: Sequence[Statement], period: Period, payer: str
) -> list[Entry]:
    """Return what of a period's statements a payer has still to pay, each sum by itself."""
    reached = (await at_close(connection, period)).today
    entries: list[Entry] = []
    for statement in statements:
        party = statement.party
        if payer in (CENTRE, party.code):
            left = await _left(connection, statement, reached)
            entries += _of(statement, left, period, payer)
    return [one for one in entries if one.yen]


async def _left(connection: Connection, statement: Statement, reached: Reached) -> Sums:
    """Return what of a statement is open now."""
    role, code = statement.party.role, statement.party.code
    balances = await read_balances(connection, role, code, reached)
    left = still_open(sums_of(role, statement.totals), balances)
    if role is Role.MUNICIPALITY:
        # Whatever went back in later periods is not owed any more, either.
        fees = -await settled_balance(connection, owed(code))
        left = still_open(left, Sums(fees, left.commissions, left.share))
    return left


def _of(statement: Statement, left: Sums, period: Period, payer: str) -> list[Entry]:
    role, code = statement.party.role, statement.party.code
    sides = sides_of(role, left)
    reference = _reference(period, code if role is Role.MUNICIPALITY else "")
    if payer == CENTRE:
        return [Entry(code, sides.receive, reference)]
    # The yearly share is a payment of its own.
    return [
        Entry(CENTRE, sides.pay - left.share, reference),
        Entry(CENTRE, left.share, _reference(period, code, _SHARE)),
    ]


def _reference(period: Period, code: str, month: int | None = None) -> str:
    """Return twenty digits: whose statement of which month; chains have no number."""
    return f"{period.year:04}{month or period.month or _LATE:02}".rjust(10, "0") + code.rjust(
        10, "0"
    )
