"""Decisions about bank accounts against what each needed, and contract files against them."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, pairwise

from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.person import is_one_person
from madoguchi_wire.kit.pool import Connection

from billing.accounts.changing import WAITING, checked_consent
from billing.accounts.decided import Decided, all_decided
from billing.accounts.in_force import has_account, not_in_force
from billing.checking.fault import Fault
from billing.contracts.contracts import Contracts
from billing.contracts.files import Payer

Keys = Callable[[], KeySet]


def no_keys() -> KeySet:
    """Trust nobody: where no trust list is, no consent holds."""
    return KeySet([])


async def account_faults(connection: Connection, contracts: Contracts, keys: Keys) -> list[Fault]:
    """Return what is wrong with decisions, and whose contract file lacks the account in force."""
    decided = await all_decided(connection)
    trusted = keys() if any(one.consent for one in decided) else no_keys()
    faults: list[Fault] = []
    for party, of in groupby(decided, key=lambda one: one.party):
        mine = list(of)
        told = [*_of_one(mine, trusted), *_of_file(contracts.payers, mine[-1])]
        faults += [Fault("bank account", party, what) for what in told]
    return faults


def _of_file(payers: Mapping[str, Payer], last: Decided) -> Iterator[str]:
    payer = payers.get(last.party)
    if payer is not None and not has_account(payer, last.in_force):
        yield f"{not_in_force(last.party, last.in_force)}: put it back; nobody is paid by this one"


def _of_one(decided: list[Decided], keys: KeySet) -> Iterator[str]:
    """Tell what does not hold of the decisions about one account."""
    if decided[0].act != "first":
        yield "its first account is not there"
    for before, one in pairwise(decided):
        name = f"decision {one.position}"
        held = before.digest if before.in_force_from <= one.decided_at else before.replaces
        if one.replaces != held or one.act == "first":
            yield f"{name} replaces another account than was in force"
        if one.act != "change":
            continue
        if one.agreed_by is None or is_one_person(one.decided_by, one.agreed_by):
            yield f"{name} is of one person alone"
        if one.in_force_from - one.decided_at < WAITING:
            yield f"{name} did not wait for 72 hours"
        try:
            checked_consent(before, one.digest, one.consent, keys, one.decided_at)
        except SignatureRefused as refused:
            yield f"{name} has no consent that holds: {refused}"
