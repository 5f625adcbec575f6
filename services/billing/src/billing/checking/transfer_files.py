"""Transfer files that are kept: their bytes, entries and accounts, and what was stated."""

from collections.abc import Iterator

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.pool import Connection

from billing.accounts.decided import digests_in_force
from billing.checking.fault import Fault
from billing.contracts.contracts import CENTRE, Contracts
from billing.rules.owed import sides_of, sums_of
from billing.rules.periods import Period
from billing.statements.making import list_statements
from billing.statements.statement import Statement
from billing.transfer_files.kept import TransferFile, find_transfer_file
from billing.transfer_files.rebuilding import differences

_KEPT = """
    SELECT number, period, made_at, made_at > madoguchi_now() AS is_ahead
    FROM billing.transfer_files ORDER BY period, payer, part
"""
_GAPS = """
    SELECT period, payer, max(part) AS last, count(*) AS files FROM billing.transfer_files
    GROUP BY period, payer HAVING max(part) <> count(*) ORDER BY period, payer
"""


async def transfer_file_faults(connection: Connection, contracts: Contracts) -> list[Fault]:
    """Return what is wrong with transfer files."""
    faults: list[Fault] = []
    for row in await connection.fetch(_KEPT):
        number = row["number"]
        try:
            found = await find_transfer_file(connection, number)
            stated = await list_statements(connection, Period.of(row["period"]))
        except MadoguchiError as error:
            faults.append(Fault("transfer file", number, str(error)))
            continue
        if found.number != number:
            faults.append(Fault("transfer file", number, f"it is kept as {found.number}"))
        if row["is_ahead"]:
            faults.append(Fault("transfer file", number, "it was made by a clock that is ahead"))
        then = await digests_in_force(connection, row["made_at"])
        faults += [
            Fault("transfer file", number, what) for what in differences(contracts, found, then)
        ]
        faults += [Fault("transfer file", number, what) for what in _not_stated(found, stated)]
    for row in await connection.fetch(_GAPS):
        what = f"{row['files']} files of {row['payer']} are kept, and the last one is {row['last']}"
        faults.append(Fault("period", row["period"], what))
    return faults


def _not_stated(file: TransferFile, statements: list[Statement]) -> Iterator[str]:
    """Tell of payments that are more than was stated."""
    sides = {
        one.party.code: sides_of(one.party.role, sums_of(one.party.role, one.totals))
        for one in statements
    }
    if file.payer == CENTRE:
        most = {code: one.receive for code, one in sides.items()}
        asked = {one.payee: one.yen for one in file.entries}
    else:
        most = {code: one.pay for code, one in sides.items()}
        asked = {file.payer: file.yen}
    for code, yen in asked.items():
        if yen > most.get(code, 0):
            yield f"{yen} yen are ordered, and {most.get(code, 0)} are stated for {code}"
