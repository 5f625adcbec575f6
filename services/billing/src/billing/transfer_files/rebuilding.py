"""Whether a kept file is what its entries and the contracts make, to the byte.

Nobody's entries hold accounts: whose they are is in the contracts alone, outside the database.
"""

from collections.abc import Iterator
from itertools import pairwise

from billing.contracts.contracts import Contracts, NoContract
from billing.contracts.files import Payer
from billing.transfer_files.entries import CENTRE
from billing.transfer_files.kept import Entry, TransferFile
from billing.transfer_files.transfer import Payment
from billing.transfer_files.zengin import NotTransferable, records, transfer_file

_PAYER = (4, 14, 54, 58, 62, 77, 80, 95, 96, 103)
_PAYEE = (1, 5, 20, 23, 38, 42, 43, 50, 80)
"""Where the parts of an account begin in a record."""
_DAY = 54
"""Where the pay day stands between the parts of a payer's."""
_CHANGED = "the contract was changed since, or the file was"


def payer_of(contracts: Contracts, party: str) -> Payer:
    """Return the contract of a payer or payee; raises NoContract."""
    if party == CENTRE:
        return contracts.centre
    return contracts.municipality(party) if party.isdigit() else contracts.chain(party)


def payment_of(contracts: Contracts, entry: Entry) -> Payment:
    """Return what a bank is told of an entry; raises NoContract."""
    return Payment(payer_of(contracts, entry.payee).account, entry.yen, entry.reference)


def differences(contracts: Contracts, file: TransferFile) -> Iterator[str]:
    """Tell where a file's bytes are not what its entries and the contracts make."""
    try:
        kept = list(records(file.content))
        header, *paid, _, _ = kept
        ordered = [(int(one[80:90]), one[91:111]) for one in paid]
    except (NotTransferable, ValueError):
        yield "its bytes are no transfer file"
        return
    found: list[str] = []
    if header[54:58] != file.pay_day.strftime("%m%d"):
        found.append(f"its bytes are for another day than {file.pay_day}")
    if ordered != [(one.yen, one.reference.rjust(20, "0")) for one in file.entries]:
        found.append("its bytes order something else than its entries say")
    yield from found or _accounts(contracts, file, kept)


def _accounts(contracts: Contracts, file: TransferFile, kept: list[str]) -> Iterator[str]:
    """Tell whose account is another one in a file that orders what its entries say."""
    try:
        payments = [payment_of(contracts, one) for one in file.entries]
        content = transfer_file(payer_of(contracts, file.payer), payments, file.pay_day)
    except (NoContract, NotTransferable) as error:
        yield f"it cannot be made again: {error}"
        return
    if content == file.content:
        return
    parties = (file.payer, *(one.payee for one in file.entries))
    accounts = [
        f"the account of {party} is {was} in it, and {now} by contract: {_CHANGED}"
        for party, was, now in zip(parties, _named(kept), _named(records(content)), strict=False)
        if was != now
    ]
    yield from accounts or ["its bytes are not what its entries make"]


def _named(made: Iterator[str] | list[str]) -> Iterator[str]:
    """Return the account in each record, as it stands there; the payer's with its code."""
    for record in made:
        cuts = _PAYER if record[0] == "1" else _PAYEE
        parts = (record[first:last] for first, last in pairwise(cuts) if first != _DAY)
        yield " ".join(" ".join(parts).split())
