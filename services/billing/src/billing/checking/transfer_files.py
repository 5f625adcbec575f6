"""Transfer files that are kept: their bytes, what stands in them, and what was stated."""

from collections.abc import Iterator

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault
from billing.rules.owed import sides_of, sums_of
from billing.rules.periods import Period
from billing.statements.making import list_statements
from billing.statements.statement import Statement
from billing.transfer_files.entries import CENTRE
from billing.transfer_files.kept import TransferFile, find_transfer_file
from billing.transfer_files.zengin import NotTransferable, records

_KEPT = "SELECT number, period FROM billing.transfer_files ORDER BY period, payer, part"
_GAPS = """
    SELECT period, payer, max(part) AS last, count(*) AS files FROM billing.transfer_files
    GROUP BY period, payer HAVING max(part) <> count(*) ORDER BY period, payer
"""


async def transfer_file_faults(connection: Connection) -> list[Fault]:
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
        faults += [Fault("transfer file", number, what) for what in _differences(found)]
        faults += [Fault("transfer file", number, what) for what in _not_stated(found, stated)]
    for row in await connection.fetch(_GAPS):
        what = f"{row['files']} files of {row['payer']} are kept, and the last one is {row['last']}"
        faults.append(Fault("period", row["period"], what))
    return faults


def _differences(file: TransferFile) -> Iterator[str]:
    """Tell where the bytes are not what the entries say."""
    try:
        header, *paid, _, _ = records(file.content)
    except (NotTransferable, ValueError):
        yield "its bytes are no transfer file"
        return
    if header[54:58] != file.pay_day.strftime("%m%d"):
        yield f"its bytes are for another day than {file.pay_day}"
    ordered = [(int(one[80:90]), one[91:111]) for one in paid]
    if ordered != [(one.yen, one.reference.rjust(20, "0")) for one in file.entries]:
        yield "its bytes order something else than its entries say"


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
