"""Whether a kept file is what its entries and the accounts in force make, to the byte.

No account is in the database, only digests of those that were decided: so each account is read from
the file's own bytes, and its digest compared.
"""

from collections.abc import Iterator, Mapping

from madoguchi_wire.bank_account import BankAccount

from billing.contracts.contracts import CENTRE, Contracts, NoContract
from billing.contracts.files import Payer
from billing.transfer_files.kept import Entry, TransferFile
from billing.transfer_files.transfer import Payment
from billing.transfer_files.zengin import (
    NotTransferable,
    payee_account,
    payer_account,
    records,
    transfer_file,
)


def payer_of(contracts: Contracts, party: str) -> Payer:
    """Return the contract of a payer or payee; raises NoContract."""
    if party == CENTRE:
        return contracts.centre
    return contracts.municipality(party) if party.isdigit() else contracts.chain(party)


def payment_of(contracts: Contracts, entry: Entry) -> Payment:
    """Return what a bank is told of an entry; raises NoContract."""
    return Payment(payer_of(contracts, entry.payee).account, entry.yen, entry.reference)


def differences(
    contracts: Contracts, file: TransferFile, in_force: Mapping[str, str]
) -> Iterator[str]:
    """Tell where a file's bytes are not what its entries and the accounts in force make.

    Args:
        contracts: say by which code a bank knows the payer.
        file: as it is kept.
        in_force: digests of the accounts that it may name; of others, the contract says it.

    """
    try:
        header, *paid, _, _ = records(file.content)
        ordered = [(int(one[80:90]), one[91:111]) for one in paid]
        accounts = [payer_account(header), *map(payee_account, paid)]
    except (NotTransferable, ValueError):
        yield "its bytes are no transfer file"
        return
    found: list[str] = []
    if header[54:58] != file.pay_day.strftime("%m%d"):
        found.append(f"its bytes are for another day than {file.pay_day}")
    if ordered != [(one.yen, one.reference.rjust(20, "0")) for one in file.entries]:
        found.append("its bytes order something else than its entries say")
    yield from found or _accounts(contracts, file, accounts, in_force)


def _accounts(
    contracts: Contracts,
    file: TransferFile,
    accounts: list[BankAccount],
    in_force: Mapping[str, str],
) -> Iterator[str]:
    """Tell whose account is another one in a file that orders what its entries say."""
    parties = (file.payer, *(one.payee for one in file.entries))
    try:
        known = {one: payer_of(contracts, one).account.digest for one in parties}
        payer = payer_of(contracts, file.payer).model_copy(update={"account": accounts[0]})
        payments = (
            Payment(account, one.yen, one.reference)
            for account, one in zip(accounts[1:], file.entries, strict=True)
        )
        content = transfer_file(payer, payments, file.pay_day)
    except (NoContract, NotTransferable) as error:
        yield f"it cannot be made again: {error}"
        return
    others = [
        f"the account of {party} is {account.words} in it, which is not the one in force"
        for party, account in zip(parties, accounts, strict=True)
        if account.digest != in_force.get(party, known[party])
    ]
    if content == file.content:
        yield from others
    else:
        yield from others or ["its bytes are not what its entries make"]
