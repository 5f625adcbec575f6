"""Another account takes the place of one: what that needs, and what keeps the old one."""

from datetime import datetime, timedelta

from madoguchi_wire.consent import checked_account_consent
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeySet
from madoguchi_wire.kit.person import Person, is_one_person
from madoguchi_wire.kit.pool import Connection

from billing.accounts.decided import Decided, keep_change, keep_withdrawal, last_decided
from billing.accounts.in_force import file_of, has_account
from billing.books.office import Office
from billing.books.writing import writing
from billing.contracts.files import Payer

WAITING = timedelta(hours=72)
"""In which somebody can object; the database sets the time."""
_NOW = "SELECT madoguchi_now()"


class NotAllowed(ValueError):
    """Nothing was decided; the text says what is lacking, and what to do."""


async def change_account(
    connection: Connection, office: Office, party: str, agreed: Person, consent: str, keys: KeySet
) -> datetime:
    """Decide that a contract's next account takes the place of the one in force; return from when.

    Args:
        connection: to the books.
        office: whoever decides, and the contracts: the new account stands there.
        party: `centre`, a chain, or a municipality's code.
        agreed: a second person.
        consent: of a municipality, by the key that it has; empty for others, who have none.
        keys: those of the trust list.

    Raises:
        NotAllowed: something is lacking, or the account is unknown or no other one.
        SignatureRefused: the consent does not hold.

    """
    payer = _payer(office, party)
    if is_one_person(office.person.name, agreed.name):
        raise NotAllowed("--and-by names the same person as --by: somebody else has to agree")
    async with writing(connection):
        last, to_come = await _last(connection, party), _to_come(payer, party)
        if not has_account(payer, last.in_force):
            raise NotAllowed(
                f"{file_of(party)}: leave the account in force as it is; the new one is its"
                " next_account until it has taken the place"
            )
        if to_come == last.in_force:
            raise NotAllowed(f"{file_of(party)}: next_account is the one in force")
        if party.isdigit() and not consent:
            raise NotAllowed(_how_to_consent(party, last.in_force, to_come))
        given = consent if party.isdigit() else None
        checked_consent(last, to_come, given, keys, await connection.fetchval(_NOW))
        return await keep_change(connection, last, to_come, (office.person, agreed), given)


async def withdraw_account(connection: Connection, office: Office, party: str) -> None:
    """Decide that the account in force stays, and the one that waits does not come.

    Raises:
        NotAllowed: none waits.

    """
    async with writing(connection):
        last = await _last(connection, party)
        if last.act != "change" or last.begun:
            raise NotAllowed(f"no account of {party} waits: one that is in force needs a change")
        await keep_withdrawal(connection, last, office.person)


def checked_consent(
    last: Decided, digest: str, consent: str | None, keys: KeySet, at: datetime
) -> None:
    """Pass a change that the municipality consented to, after all that was decided before.

    A chain and the centre have no key: nothing is asked of them here.

    Raises:
        SignatureRefused: it did not, or it consented before the last decision: one consent serves
            one decision.

    """
    if not last.party.isdigit():
        return
    held = last.digest if last.in_force_from <= at else last.replaces
    given = checked_account_consent(consent or "", keys, last.party, held, digest, at)
    if given.consented_at < last.decided_at:
        raise SignatureRefused(
            "The municipality consented before the last decision about its account: ask it again."
        )


def _payer(office: Office, party: str) -> Payer:
    payer = office.contracts.payers.get(party)
    if payer is None:
        raise NotAllowed(f"{party} has no contract: write {file_of(party)}")
    return payer


async def _last(connection: Connection, party: str) -> Decided:
    last = await last_decided(connection, party)
    if last is None:
        raise NotAllowed(f"no account of {party} is known: the next close keeps its contract's")
    return last


def _to_come(payer: Payer, party: str) -> str:
    if payer.next_account is None:
        raise NotAllowed(
            f"write the new account into {file_of(party)} as next_account, and leave account as it"
            " is"
        )
    return payer.next_account.digest


def _how_to_consent(party: str, replaces: str, digest: str) -> str:
    return (
        "the municipality has to consent with the key that it has: there, `python -m"
        f" municipal_adapter consent --municipality {party} --account FILE --replaces {replaces}`,"
        " where FILE is YAML with the new account as it knows it; here, --consent FILE with what"
        f" that prints. Its digest has to be {digest}"
    )
