"""Money goes to the account that was decided, whoever edits a file, a row or a clock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from billing.access.accesses import record_access
from billing.accounts.changing import NotAllowed, change_account, withdraw_account
from billing.accounts.decided import digests_in_force
from billing.books.office import Office
from billing.checking.check import check
from billing.closing.choosing import close
from billing.rules.periods import Period
from billing.statements.making import make_statements
from billing.transfer_files.making import Asked, make_transfer_file
from billing_testing.gateway_books import Issued, make_months, write
from local_stack.service_user import service_user
from madoguchi_wire.bank_account import BankAccount
from madoguchi_wire.consent import AccountConsent, Consent
from madoguchi_wire.errors import AccountNotInForce, SignatureRefused, TransferFileMade
from madoguchi_wire.keys import KeyPurpose, KeySet, SigningKey, TrustedKey
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection, prepare_connection

CITY, OTHER, CHAIN, APRIL = "122033", "131130", "komorebi", Period(2010, 4)
MAY = date(2010, 5, 1)
KEYS = {code: SigningKey.generate() for code in (CITY, OTHER)}
SECOND = Person.of("suzuki", "口座変更の届出を確認")
_ROW = """
    INSERT INTO billing.account_decisions (party, act, follows, replaces, digest, decided_by,
        agreed_by, reason, consent, decided_at, in_force_from)
    SELECT party, 'change', position, digest, $2, 'sato', $3, 'a reason', 'no consent', now(),
           now() + $4::interval
    FROM billing.account_decisions WHERE party = $1
"""


def _trusted(purpose: KeyPurpose = KeyPurpose.ATTESTATION) -> KeySet:
    always = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return KeySet(
        TrustedKey(
            kid=key.kid,
            purpose=purpose,
            owner=code,
            public_key=key.public,
            not_before=always[0],
            not_after=always[1],
        )
        for code, key in KEYS.items()
    )


TRUSTED = _trusted()


def _numbered(office: Office, party: str, number: str) -> BankAccount:
    account = office.contracts.payers[party].account
    return account.model_copy(update={"number": number})


def _with(office: Office, party: str, **changes: BankAccount) -> Office:
    """Return the office under files in which somebody edited one."""
    held = office.contracts
    if party == CHAIN:
        chains = {**held.chains, party: held.chain(party).model_copy(update=changes)}
        return replace(office, contracts=replace(held, chains=chains))
    cities = {**held.municipalities, party: held.municipality(party).model_copy(update=changes)}
    return replace(office, contracts=replace(held, municipalities=cities))


def _next(office: Office, party: str, number: str) -> Office:
    return _with(office, party, next_account=_numbered(office, party, number))


def _consent(office: Office, key: SigningKey = KEYS[CITY], **changes: Any) -> str:
    contract = office.contracts.municipality(CITY)
    assert contract.next_account
    said = AccountConsent(
        municipality=CITY,
        replaces=contract.account.digest,
        digest=contract.next_account.digest,
        consented_at=datetime.now(UTC),
    )
    return said.model_copy(update=changes).signed_by(key)


async def _later(connection: Connection, hours: float) -> None:
    await connection.execute(f"SET madoguchi.clock_offset TO '{hours * 3600}'")


async def _change(connection: Connection, office: Office, consent: str | None = None) -> datetime:
    given = _consent(office) if consent is None else consent
    return await change_account(connection, office, CITY, SECOND, given, TRUSTED)


@pytest.fixture
async def office(connection: Connection, office_on: Callable[[date], Office]) -> Office:
    """Give the office after an April that was closed and stated."""
    await make_months(connection, date(2010, 4, 1), 2)
    await write(connection, *(Issued(code, CHAIN, date(2010, 4, 1)) for code in (CITY, OTHER)))
    office = office_on(MAY)
    await close(connection, office, "2010-04")
    await make_statements(connection, office, APRIL)
    return office


async def test_a_first_account_is_in_force_at_once_and_kept_by_its_digest_alone(
    connection: Connection, office: Office
) -> None:
    digests = {party: one.account.digest for party, one in office.contracts.payers.items()}
    assert await digests_in_force(connection) == digests
    rows = await connection.fetch(
        "SELECT account_decisions::text AS row FROM billing.account_decisions"
    )
    numbers = [one.account.number for one in office.contracts.payers.values()]
    assert not [row for row in rows for number in numbers if number in row["row"]]


async def test_the_old_account_is_paid_until_72_hours_are_over_and_the_new_one_then(
    connection: Connection, office: Office
) -> None:
    office, old = _next(office, CITY, "7777777"), office.contracts.payers[CITY].account.number
    begins = await _change(connection, office)
    assert timedelta(hours=71, minutes=59) < begins - datetime.now(UTC) <= timedelta(hours=72)
    asked = Asked(APRIL, "centre", MAY)
    await _later(connection, 71.9)
    waiting = (await make_transfer_file(connection, office, asked)).file
    assert (old.encode() in waiting.content, b"7777777" in waiting.content) == (True, False)
    await _later(connection, 72.1)
    with pytest.raises(TransferFileMade, match=f"account of {CITY} is .*not the one in force"):
        await make_transfer_file(connection, office, asked)
    rest = replace(asked, rest=True)
    after = (await make_transfer_file(connection, office, rest)).file
    assert (old.encode() in after.content, b"7777777" in after.content) == (False, True)
    tidied = _with(office, CITY, account=_numbered(office, CITY, "7777777"))
    assert await check(connection, tidied.contracts, lambda: TRUSTED) == []
    assert await check(connection, office.contracts, lambda: TRUSTED) == []


async def test_what_is_lacking_is_said_and_nothing_is_decided(
    connection: Connection, office: Office
) -> None:
    bare, office = office, _next(office, CITY, "7777777")
    month = datetime.now(UTC) - timedelta(days=31)
    contract = office.contracts.municipality(CITY)
    file = Consent(
        municipality=CITY,
        replaces=contract.account.digest,
        digest=_numbered(office, CITY, "7777777").digest,
        consented_at=datetime.now(UTC),
    )
    for consent, told in (
        (_consent(office, SigningKey.generate()), "not trusted here"),
        (_consent(office, KEYS[OTHER]), "not meant for this"),
        (_consent(office, municipality=OTHER), "another change"),
        (_consent(office, replaces="0" * 64), "another change"),
        (_consent(office, digest="0" * 64), "another change"),
        (_consent(office, consented_at=month), "older than 30 days"),
        (file.signed_by(KEYS[CITY]), "not a statement of the type"),
    ):
        with pytest.raises(SignatureRefused, match=told):
            await _change(connection, office, consent)
    other_purpose = _trusted(KeyPurpose.COUNTERSIGNING)
    with pytest.raises(SignatureRefused, match="not meant for this"):
        await change_account(connection, office, CITY, SECOND, _consent(office), other_purpose)
    same = replace(SECOND, name=office.person.name.upper())
    with pytest.raises((NotAllowed, asyncpg.CheckViolationError)) as one:
        await change_account(connection, office, CITY, same, _consent(office), TRUSTED)
    assert "somebody else has to agree" in str(one.value), "the database refuses it as well"
    with pytest.raises(NotAllowed, match="municipal_adapter consent --municipality 122033"):
        await _change(connection, office, "")
    with pytest.raises(NotAllowed, match="as next_account, and leave account as it is"):
        await _change(connection, bare, _consent(office))
    edited = _with(office, CITY, account=_numbered(office, CITY, "7777777"))
    with pytest.raises(NotAllowed, match="leave the account in force as it is"):
        await _change(connection, edited, _consent(office))
    acts = await connection.fetch("SELECT DISTINCT act FROM billing.account_decisions")
    assert [row["act"] for row in acts] == ["first"]


async def test_a_consent_serves_one_decision(connection: Connection, office: Office) -> None:
    office = _next(office, CITY, "7777777")
    used, spare = _consent(office), _consent(office)
    await _change(connection, office, used)
    await withdraw_account(connection, office, CITY)
    for replayed in (used, spare):
        with pytest.raises((SignatureRefused, asyncpg.UniqueViolationError)) as refused:
            await _change(connection, office, replayed)
        assert "before the last decision" in str(refused.value), "the database refuses it as well"
    await _later(connection, 100)
    held = office.contracts.municipality(CITY).account.digest
    assert (await digests_in_force(connection))[CITY] == held
    with pytest.raises(NotAllowed, match="no account of 122033 waits"):
        await withdraw_account(connection, office, CITY)


async def test_of_two_decisions_the_first_never_comes(
    connection: Connection, office: Office
) -> None:
    first, second = _next(office, CITY, "7777777"), _next(office, CITY, "8888888")
    held = office.contracts.municipality(CITY).account.digest
    await _change(connection, first)
    await _later(connection, 48)
    at = datetime.now(UTC) + timedelta(hours=48)
    assert (await digests_in_force(connection))[CITY] == held
    await _change(connection, second, _consent(second, consented_at=at))
    for hours, digest in (
        (72.1, held),
        (119.9, held),
        (120.1, _numbered(office, CITY, "8888888").digest),
    ):
        await _later(connection, hours)
        assert (await digests_in_force(connection))[CITY] == digest
    assert await check(connection, second.contracts, lambda: TRUSTED) == []


async def test_no_clock_makes_the_waiting_shorter(
    connection: Connection, office: Office, database_url: str
) -> None:
    office = _next(office, CITY, "7777777")
    await _later(connection, -96)
    back = datetime.now(UTC) - timedelta(hours=96)
    with pytest.raises((SignatureRefused, asyncpg.CheckViolationError)):
        await _change(connection, office, _consent(office, consented_at=back))
    # The books know a later moment than the newest decision.
    await _later(connection, 10)
    await record_access(connection, office.person, "balances", {})
    await _later(connection, 5)
    with pytest.raises(asyncpg.CheckViolationError, match="clock is behind"):
        await _by_chain(connection, office)
    async with service_user(database_url, "madoguchi_billing") as url:
        service = await asyncpg.connect(url)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(_ROW, CITY, "7" * 64, "suzuki", timedelta(0))
        await service.close()


async def _by_chain(connection: Connection, office: Office) -> datetime:
    office = _next(office, CHAIN, "7777777")
    return await change_account(connection, office, CHAIN, SECOND, "", TRUSTED)


async def test_a_chain_has_no_key_so_two_persons_and_the_waiting_are_all_it_needs(
    connection: Connection, office: Office
) -> None:
    same = replace(SECOND, name=office.person.name)
    changed = _next(office, CHAIN, "7777777")
    with pytest.raises(NotAllowed, match="somebody else"):
        await change_account(connection, changed, CHAIN, same, "", TRUSTED)
    await _by_chain(connection, office)
    assert (await digests_in_force(connection))[CHAIN] == office.contracts.chain(
        CHAIN
    ).account.digest
    await _later(connection, 72.1)
    assert (await digests_in_force(connection))[CHAIN] == _numbered(office, CHAIN, "7777777").digest


@pytest.mark.parametrize("party", [CITY, CHAIN])
async def test_a_file_that_was_edited_is_named_and_nobody_is_paid_by_it(
    connection: Connection, office: Office, party: str
) -> None:
    edited = _with(office, party, account=_numbered(office, party, "6666666"))
    with pytest.raises(AccountNotInForce, match=f"{party}.yaml names another account"):
        await make_transfer_file(connection, edited, Asked(APRIL, "centre", MAY))
    faults = await check(connection, edited.contracts)
    assert [(one.kind, one.name) for one in faults] == [("bank account", party)]
    assert f"{party}.yaml names another account" in faults[0].what
    # A next account that nobody decided about is nobody's.
    hoped = _next(office, party, "6666666")
    made = await make_transfer_file(connection, hoped, Asked(APRIL, "centre", MAY))
    assert b"6666666" not in made.file.content


async def test_a_decision_that_was_written_past_the_guards_is_named(
    connection: Connection, office: Office
) -> None:
    digest = _numbered(office, CITY, "6666666").digest
    with pytest.raises(asyncpg.CheckViolationError, match="two_persons"):
        await connection.execute(_ROW, CITY, digest, "SATO", timedelta(0))
    await connection.execute(
        "ALTER TABLE billing.account_decisions DROP CONSTRAINT account_decisions_two_persons"
    )
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(_ROW, CITY, digest, "SATO", timedelta(0))
    faults = await check(connection, office.contracts, lambda: TRUSTED)
    told = "\n".join(one.what for one in faults)
    for what in ("one person alone", "did not wait for 72 hours", "no consent that holds"):
        assert what in told
    assert f"{CITY}.yaml names another account" in told
    with pytest.raises(AccountNotInForce):
        await make_transfer_file(connection, office, Asked(APRIL, "centre", MAY))


async def test_the_services_user_decides_and_a_spelling_is_no_other_account(
    office: Office, database_url: str
) -> None:
    account = office.contracts.municipality(CITY).account
    half = account.model_copy(update={"holder": "ｲﾁｶﾜｼ"})
    assert half.digest == account.digest
    async with service_user(database_url, "madoguchi_billing") as url:
        service = await asyncpg.connect(url)
        await prepare_connection(service)
        changed = _next(_with(office, CITY, account=half), CITY, "7777777")
        await _change(service, changed)
        await withdraw_account(service, changed, CITY)
        await service.close()
