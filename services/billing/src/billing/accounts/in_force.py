"""The accounts that money is paid to and from: those in force, as the contract files spell them."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from madoguchi_wire.bank_account import BankAccount
from madoguchi_wire.errors import AccountNotInForce
from madoguchi_wire.kit.pool import Connection

from billing.accounts.decided import digests_in_force, keep_first
from billing.books.office import Office
from billing.contracts.contracts import CENTRE, Contracts
from billing.contracts.files import Payer

_P = TypeVar("_P", bound=Payer)


async def keep_first_accounts(connection: Connection, office: Office) -> dict[str, str]:
    """Keep the accounts of contracts that are new; return the digests of all in force.

    In the transaction of somebody who writes.
    """
    known = await digests_in_force(connection)
    payers = office.contracts.payers.items()
    new = {party: one.account.digest for party, one in payers if party not in known}
    await keep_first(connection, new, office.person)
    return known | new


async def contracts_to_pay_by(
    connection: Connection, office: Office, parties: Iterable[str]
) -> Contracts:
    """Return the contracts with the accounts in force, for those who pay or are paid.

    Raises:
        AccountNotInForce: the contract file of one of `parties` does not have it.

    """
    digests = await keep_first_accounts(connection, office)
    wrong = lacking_account(office.contracts, parties, digests)
    if wrong:
        raise AccountNotInForce(
            f"{'; '.join(not_in_force(one, digests[one]) for one in wrong)}. Nobody is paid by it:"
            " put the account back, or decide about the new one as next_account, with"
            " `billing account change`."
        )
    return _with_accounts(office.contracts, digests)


def not_in_force(party: str, digest: str) -> str:
    """Say that a contract file lacks the account in force."""
    return f"{file_of(party)} names another account than the one in force ({digest[:16]})"


def file_of(party: str) -> str:
    """Return the name of a party's contract file."""
    if party == CENTRE:
        return "centre.yaml"
    return f"{'municipalities' if party.isdigit() else 'chains'}/{party}.yaml"


def lacking_account(
    contracts: Contracts, parties: Iterable[str], digests: Mapping[str, str]
) -> list[str]:
    """Return those whose contract file does not have the account in force."""
    payers = contracts.payers
    known = [one for one in dict.fromkeys(parties) if one in payers and one in digests]
    return [one for one in known if not has_account(payers[one], digests[one])]


def has_account(payer: Payer, digest: str) -> bool:
    """Tell whether a contract file spells the account of this digest."""
    return _account(payer, digest) is not None


def _account(payer: Payer, digest: str | None) -> BankAccount | None:
    named = (payer.account, payer.next_account)
    return next((one for one in named if one is not None and one.digest == digest), None)


def _with_accounts(contracts: Contracts, digests: Mapping[str, str]) -> Contracts:
    def of(party: str, payer: _P) -> _P:
        account = _account(payer, digests.get(party)) or payer.account
        return payer.model_copy(update={"account": account})

    return Contracts(
        of(CENTRE, contracts.centre),
        {chain: of(chain, one) for chain, one in contracts.chains.items()},
        {code: of(code, one) for code, one in contracts.municipalities.items()},
    )
