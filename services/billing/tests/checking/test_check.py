"""What is right has no fault, and whatever somebody changes past the guards is named."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from billing.books.kept import body_digest
from billing.books.office import Office
from billing.books.transfers import Purpose
from billing.checking.check import check, faults_of
from billing.closing.choosing import close
from billing.invoices.making import make_invoices
from billing.rules.periods import Period
from billing.settlement.claims import explain
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.paid_statements import StatementPayment, pay_statement
from billing.settlement.payments import Payment, record_payment
from billing.settlement.refunds import refund
from billing.settlement.reversals import reverse
from billing.statements.making import find_statement, make_statements
from billing.transfer_files.making import Asked, make_transfer_file
from billing_testing.gateway_books import Issued, make_months, write
from madoguchi_wire.errors import TransferFileMade
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.reports import Money

CITY, CHAIN, OWN = "122033", "komorebi", "ichikawa-city"
FIRST, LAST, MAY = date(2010, 4, 29), date(2010, 4, 30), date(2010, 5, 1)
APRIL = Period(2010, 4)
_VOIDED: dict[str, Any] = {"state": "voided", "money": Money.NOT_TAKEN}


@pytest.fixture
async def office(connection: Connection, office_on: Callable[[date], Office]) -> Office:
    """Close April with everything that can be in it, and settle some of it."""
    await make_months(connection, FIRST, 2)
    papers = [Issued(CITY, CHAIN, day) for day in (FIRST, FIRST, LAST)]
    claims = [Issued(CITY, CHAIN, LAST, paid=paid, **_VOIDED) for paid in (True, True, False)]
    kept = Issued(CITY, CHAIN, LAST, state="voided", money=Money.KEPT)
    own = Issued(CITY, OWN, LAST, commission=0, channel="city_machine")
    lost = Issued(CITY, OWN, LAST, channel="city_machine", **_VOIDED)
    other = Issued("131130", CHAIN, LAST)
    await write(connection, *papers, *claims, kept, own, lost, other)
    await refund(connection, office_on(LAST), papers[0].issuance_id)
    office = office_on(MAY)
    await close(connection, office, str(FIRST))
    await close(connection, office, "2010-04")
    await make_statements(connection, office, APRIL)
    await make_invoices(connection, office, APRIL)
    for payer in ("centre", CHAIN):
        await make_transfer_file(connection, office, Asked(APRIL, payer, MAY))
    number = f"2010-04-C-{CHAIN}"
    stated = await find_statement(connection, number)
    paid = StatementPayment(number, stated.totals.to_pay, "bank-1", MAY)
    await pay_statement(connection, office, paid)
    await record_payment(connection, office, Payment(Purpose.PAID_OUT, CITY, 100, "bank-2", MAY))
    await reverse(connection, office, "bank-2")
    for one in claims[:2]:
        await pay_claim(connection, office, ClaimPayment(one.issuance_id, "bank-3", MAY))
    await explain(connection, office, claims[1].issuance_id)
    for one in (papers[1], kept):
        await refund(connection, office, one.issuance_id)
    return office


_PAPER = f"""(SELECT issuance_id FROM billing.papers
    WHERE chain = '{CHAIN}' AND municipality = '{CITY}' AND accepted_on = '{LAST}')"""
_OURS = "UPDATE billing.transfers SET"
_ADDED = """
    INSERT INTO billing.transfers (purpose, subject, debit_account, credit_account, yen, day,
        period, municipality, recorded_by)
    VALUES ('{purpose}', 'x', '{debit}:131130', '{credit}:131130', 99999, '2010-04-30', '2010-04',
        '131130', 'sato')
"""
SPOILS = {
    "an invented row of the ledger": (
        f"""INSERT INTO ledger_transfers (municipality, accepted_on, issuance_id, purpose,
            debit_account, credit_account, yen) VALUES ('{CITY}', '2010-04-30', gen_random_uuid(),
            'fee_earned', 'deposits:{CITY}', 'owed_to_municipality:{CITY}', 99999)""",
        {("issuance", "fee_earned is booked and not explained")},
    ),
    "a lost deposit": (
        f"""DELETE FROM ledger_transfers
            WHERE issuance_id = {_PAPER} AND purpose = 'fee_deposited'""",
        {("issuance", "fee_deposited is missing or differs")},
    ),
    "a changed commission": (
        f"""UPDATE ledger_transfers SET yen = yen + 1
            WHERE issuance_id = {_PAPER} AND purpose = 'commission'""",
        {
            ("issuance", "commission is missing or differs"),
            ("issuance", "commission is booked and not explained"),
            ("statement", "the ledger has fees of"),
        },
    ),
    "a lost record of the meter": (
        f"DELETE FROM metering_records WHERE issuance_id = {_PAPER}",
        {
            ("issuance", "fee_deposited is booked and not explained"),
            ("issuance", "fee_earned is booked and not explained"),
            ("issuance", "commission is booked and not explained"),
            ("issuance", "completed and not metered so"),
            ("issuance", "it is billed, and not metered so"),
        },
    ),
    "another place on the bill": (
        f"UPDATE billing.papers SET place = '県外' WHERE issuance_id = {_PAPER}",
        {
            ("issuance", "it is billed, and not metered so"),
            ("statement", "its by_place are not what the books have"),
        },
    ),
    "a bill in another period": (
        f"""UPDATE billing.papers SET period = '2030-01' WHERE chain = '{OWN}'""",
        {
            ("issuance", "it is billed in 2030-01, where it does not belong"),
            ("period", "250 yen are booked as collected, 0 lie in its own machines"),
            ("period", "0 yen are booked as collected, 250 lie in its own machines"),
            ("statement", "to_receive is stated as"),
            ("statement", "fees is stated as"),
            ("statement", "papers is stated as"),
            ("statement", "its lines are not what the books have"),
            ("statement", "its by_day are not what the books have"),
            ("statement", "its by_place are not what the books have"),
        },
    ),
    "a paper taken out of the bill": (
        f"DELETE FROM billing.papers WHERE chain = '{OWN}'",
        {
            ("issuance", "it is metered, and no close took it"),
            ("period", "250 yen are booked as collected, 0 lie in its own machines"),
            ("statement", "to_receive is stated as"),
            ("statement", "fees is stated as"),
            ("statement", "papers is stated as"),
            ("statement", "its lines are not what the books have"),
            ("statement", "its by_day are not what the books have"),
            ("statement", "its by_place are not what the books have"),
        },
    ),
    "a claim forgotten": (
        """DELETE FROM billing.transfers WHERE purpose = 'claim' AND issuance_id NOT IN
           (SELECT issuance_id FROM billing.transfers WHERE purpose = 'claim_paid')
           AND chain = 'komorebi'""",
        {
            ("issuance", "it was delivered and voided, and nobody claims it"),
            ("statement", "its claims are not what the books have"),
        },
    ),
    "a claim of more": (
        f"{_OURS} yen = yen + 5 WHERE purpose = 'claim' AND chain = '{OWN}'",
        {
            ("transfer", "nothing was delivered and voided so"),
            ("statement", "its own_losses are not what the books have"),
        },
    ),
    "half a payment of a claim": (
        "DELETE FROM billing.transfers WHERE purpose = 'claim_paid'",
        {
            ("transfer", "the other half of the payment is missing or another"),
            ("transfer", "no claim of a fee that was never taken is settled"),
        },
    ),
    "a pay-in of more than was recorded": (
        f"{_OURS} yen = yen + 1 WHERE purpose = 'paid_in' AND municipality = '131130'",
        {("transfer", "no pay-in is recorded so")},
    ),
    "a pay-in to somebody else's account": (
        f"""{_OURS} credit_account = 'cash:machikado'
            WHERE purpose = 'paid_in' AND municipality = '131130'""",
        {("transfer", "it moves yen on an account of somebody else")},
    ),
    "a reversal of less": (
        f"{_OURS} yen = 1 WHERE purpose = 'reversed'",
        {("transfer", "it is not the same yen the other way")},
    ),
    "a refund of another paper": (
        f"{_OURS} issuance_id = gen_random_uuid() WHERE purpose = 'refund_by_municipality'",
        {
            ("transfer", "no refund is recorded so"),
            ("transfer", "the gateway has no such fee"),
            ("transfer", "its chain had to give it back"),
        },
    ),
    "a refund that somebody else had to bear": (
        "UPDATE billing.periods SET last_transfer = 99999",
        {("transfer", "its chain had to give it back"), ("statement", "is stated as")},
    ),
    "a deposit released of what was taken": (
        "UPDATE issuances SET money = 'refunded' WHERE money = 'not_taken' AND chain = 'komorebi'",
        {
            ("transfer", "no claim of a fee that was never taken is settled"),
            ("issuance", "fee_refunded is missing or differs"),
        },
    ),
    "a deposit released twice over": (
        f"{_OURS} yen = 2 * yen WHERE purpose = 'deposit_released'",
        {("transfer", "the gateway has no such fee")},
    ),
    "an explanation by nobody": (
        "DELETE FROM billing.explanations",
        {("transfer", "nobody is recorded as having explained it")},
    ),
    "tax of seven yen more": (
        f"{_OURS} yen = yen + 7 WHERE purpose = 'tax' AND municipality = '131130'",
        {
            ("transfer", "12 yen, of commissions of 120 about 5"),
            ("statement", "commission_tax is stated as"),
            ("statement", "its commissions are not what the books have"),
            ("period", "invoices ask for 5 yen of tax, and the books have 12"),
        },
    ),
    "an explanation that is made a reversal": (
        f"{_OURS} purpose = 'reversed' WHERE purpose = 'explained'",
        {
            ("transfer", "it is recorded as something else"),
            ("transfer", "nobody is recorded as having reversed it"),
            ("transfer", "it takes back what is no payment"),
        },
    ),
    "an explanation of more than was claimed": (
        f"{_OURS} yen = yen + 5 WHERE purpose = 'explained'",
        {
            ("transfer", "it is not the same yen the other way"),
            ("transfer", "there is no claim of so many yen"),
        },
    ),
    "a tax that is gone": (
        "DELETE FROM billing.transfers WHERE purpose = 'tax' AND municipality = '131130'",
        {
            ("period", "no tax is booked of commissions of 120 yen"),
            ("statement", "No tax at 5 % is booked of commissions of 120 yen"),
            ("period", "invoices ask for 5 yen of tax, and the books have 0"),
        },
    ),
    "a tax under another name": (
        f"{_OURS} subject = 'x' WHERE purpose = 'tax' AND municipality = '131130'",
        {
            ("transfer", "tax x: 5 yen, of commissions of 0 about 0"),
            ("period", "no tax is booked of commissions of 120 yen"),
            ("statement", "tax"),
        },
    ),
    "a set-off of more than there is": (
        _ADDED.format(purpose="set_off", debit="owed_to_municipality", credit="commission"),
        {
            ("period", "99999 yen are set off"),
            ("transfer", "it is nothing that 2010-04 sets off"),
            ("account", "yen more are paid than were owed"),
            ("statement", "it is stated as settled gross, and is net by the books"),
            ("statement", "set_off is stated as 0, and is 99999 by the books"),
            ("statement", "to_receive is stated as"),
            ("statement", "to_pay is stated as"),
        },
    ),
    "a payment of more than is owed": (
        f"""{_OURS} yen = 99999, debit_account = 'owed_to_chain:komorebi', chain = 'komorebi',
            purpose = 'commission_paid_out', municipality = NULL WHERE purpose = 'paid_out'""",
        {
            ("account", "yen more are paid than were owed"),
            ("transfer", "it is not the same yen the other way"),
        },
    ),
    "a payment to a municipality of more than is owed": (
        f"{_OURS} yen = 99999 WHERE purpose = 'paid_out'",
        {
            ("account", "yen more are paid than were owed"),
            ("transfer", "it is not the same yen the other way"),
        },
    ),
    "a month that is passed over": (
        """INSERT INTO billing.periods (period, closed_on, closed_by, last_transfer)
           VALUES ('2010-06', '2010-07-01', 'sato', 0)""",
        {("period", "it is not closed, and a later month is")},
    ),
    "a share that grows": (
        f"{_OURS} yen = 1 WHERE purpose = 'share' AND municipality = '131130'",
        {
            ("transfer", "1 yen, and its contract says"),
            ("statement", "share is stated as"),
            ("statement", "to_pay is stated as"),
        },
    ),
    "a share of another year": (
        f"{_OURS} subject = '2011/131130' WHERE purpose = 'share' AND municipality = '131130'",
        {("transfer", "it is no share that 2010-04 has")},
    ),
    "a share that is booked ahead": (
        _ADDED.format(purpose="share", debit="share", credit="owed_to_municipality")
        .replace("'owed_to_municipality:131130'", "'earned_by_centre'")
        .replace("'2010-04'", "'2011-03'")
        .replace("'x'", "'2010/131130'")
        .replace("'share', '2010", "'share', '2009"),
        {("transfer", "no close booked it"), ("transfer", "it is no share that 2011-03 has")},
    ),
    "a day that was never closed": (
        "DELETE FROM billing.days WHERE day = '2010-04-29'",
        {("day", "it is not closed, and a later day is")},
    ),
    "a statement that is gone": (
        f"DELETE FROM billing.statements WHERE number = '2010-04-M-{CITY}'",
        {
            ("period", f"municipality:{CITY} has papers and a share, and no statement is kept"),
            ("transfer file", "and 0 are stated for"),
        },
    ),
    "a statement of a share alone that is gone": (
        "DELETE FROM billing.statements WHERE number = '2010-04-M-132047'",
        {("period", "municipality:132047 has a share, and no statement is kept")},
    ),
    "all statements that are gone": (
        "DELETE FROM billing.statements",
        {
            ("period", "papers, and no statement is kept"),
            ("period", "papers and a share, and no statement is kept"),
            ("period", "municipality:132047 has a share, and no statement is kept"),
            ("transfer file", "and 0 are stated for"),
        },
    ),
    "an altered statement": (
        f"""UPDATE billing.statements SET body = jsonb_set(body, '{{totals,fees}}', '1')
            WHERE number = '2010-04-M-{CITY}'""",
        {("statement", "is not what was kept"), ("transfer file", "is not what was kept")},
    ),
    "an altered invoice": (
        "UPDATE billing.invoices SET body = jsonb_set(body, '{lines,0,yen}', '1')",
        {("invoice", "is not what was kept")},
    ),
    "an invoice that is gone": (
        "DELETE FROM billing.invoices WHERE number = '2010-04-0001'",
        {
            ("period", "invoices ask for 0 yen of commissions"),
            ("period", "invoices ask for 0 yen of tax"),
        },
    ),
    "a transfer file with another account": (
        """UPDATE billing.transfer_files SET content = overlay(content placing '\\x39' from 170)
           WHERE payer = 'centre'""",
        {("transfer file", "is not what was kept")},
    ),
    "a transfer file of more": (
        """UPDATE billing.transfer_files SET
           entries = jsonb_set(entries, '{0,yen}', '9999999') WHERE payer = 'centre'""",
        {
            ("transfer file", "its bytes order something else than its entries say"),
            ("transfer file", "9999999 yen are ordered, and"),
        },
    ),
    "a transfer file whose entries are none": (
        """UPDATE billing.transfer_files SET entries = '[{"yen": 1}]' WHERE payer = 'centre'""",
        {("transfer file", "has entries that are none")},
    ),
    "a transfer file for another day": (
        "UPDATE billing.transfer_files SET pay_day = '2010-05-02' WHERE payer = 'centre'",
        {("transfer file", "its bytes are for another day")},
    ),
    "a transfer file that is gone": (
        """UPDATE billing.transfer_files SET part = 2, number = '2010-04-centre-2'
           WHERE payer = 'centre'""",
        {("period", "1 files of centre are kept, and the last one is 2")},
    ),
}
"""What somebody does who owns the tables, and what is said of it."""


async def test_whatever_is_changed_past_the_guards_is_named(
    connection: Connection, office: Office
) -> None:
    assert await check(connection, office.contracts) == []
    missed: dict[str, object] = {}
    for name, (statement, expected) in SPOILS.items():
        spoiling = connection.transaction()
        await spoiling.start()
        await connection.execute("SET LOCAL session_replication_role = replica")
        touched = await connection.execute(statement)
        faults = await faults_of(connection, office.contracts)
        await spoiling.rollback()
        unsaid = {(kind, what) for kind, what in expected if not _is_told(faults, kind, what)}
        more = {one for one in faults if not any(_fits(one, *each) for each in expected)}
        if unsaid or more or touched.endswith(" 0"):
            missed[name] = (touched, unsaid, more)
    assert missed == {}


_REKEPT = "UPDATE billing.{table} SET body = $2, digest = $3 WHERE number = $1"


@pytest.mark.parametrize(
    ("table", "number", "changed", "told"),
    [
        ("statements", f"2010-04-M-{CITY}", ("totals", "to_pay"), "to_pay is stated as 99999"),
        ("statements", f"2010-04-C-{CHAIN}", ("lines", 0, "yen"), "its lines are not what"),
        ("statements", f"2010-04-M-{CITY}", ("by_place", 0, "papers"), "its by_place are not"),
        ("statements", f"2010-04-M-{CITY}", ("settlement",), "it is stated as settled 99999"),
        ("invoices", "2010-04-0001", ("totals", 0, "yen"), "its totals are not those of its lines"),
        ("invoices", "2010-04-0001", ("lines", 0, "papers"), "99999 papers of 120 yen are not"),
    ],
)
async def test_a_document_that_was_altered_together_with_its_digest_is_named(
    connection: Connection,
    office: Office,
    table: str,
    number: str,
    changed: tuple[str | int, ...],
    told: str,
) -> None:
    """Figures are those of the books: who changes a document needs to change those, too."""
    body: Any = await connection.fetchval(
        f"SELECT body FROM billing.{table} WHERE number = $1", number
    )
    part = body
    for name in changed[:-1]:
        part = part[name]
    part[changed[-1]] = "99999" if changed == ("settlement",) else 99999
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        digest = body_digest(body)
        await connection.execute(_REKEPT.format(table=table), number, body, digest)
    found = [one for one in await check(connection, office.contracts) if one.name == number]
    assert [one for one in found if told in one.what]


async def test_an_invoice_of_more_papers_at_a_lower_price_is_named(
    connection: Connection, office: Office
) -> None:
    """Its yen are the same."""
    found = "SELECT body FROM billing.invoices WHERE number = '2010-04-0001'"
    body: dict[str, Any] = await connection.fetchval(found)
    line = body["lines"][0]
    line |= {"papers": 2 * line["papers"], "unit": line["unit"] // 2}
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        rekept = _REKEPT.format(table="invoices")
        await connection.execute(rekept, "2010-04-0001", body, body_digest(body))
    names = [one.name for one in await check(connection, office.contracts)]
    assert names == [f"2010-04/{CITY}/{CHAIN}/{yen}" for yen in (120, 60)]


_EARLIER = """
    UPDATE billing.{table} SET body = $2, digest = $3, version = coalesce($4, version)
    WHERE number = $1
"""


@pytest.mark.parametrize(
    ("column", "told"), [(None, "it was made as version"), (1, "its period was closed under")]
)
@pytest.mark.parametrize(
    ("table", "number"), [("statements", f"2010-04-M-{CITY}"), ("invoices", "2010-04-0001")]
)
async def test_a_document_that_says_to_be_of_an_earlier_version_is_named(
    connection: Connection, office: Office, table: str, number: str, column: int | None, told: str
) -> None:
    """Of an earlier body less is compared."""
    found = f"SELECT body FROM billing.{table} WHERE number = $1"
    body: dict[str, Any] = await connection.fetchval(found, number)
    body["version"] = 1
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        values = number, body, body_digest(body), column
        await connection.execute(_EARLIER.format(table=table), *values)
    faults = await check(connection, office.contracts)
    assert [(one.name, told in one.what) for one in faults] == [(number, True)]


_ACCOUNT = """
    WITH made AS (
        SELECT number AS one, overlay(content placing $1::bytea from $2) AS bytes
        FROM billing.transfer_files WHERE payer = 'centre'
    )
    UPDATE billing.transfer_files SET content = bytes, digest = encode(sha256(bytes), 'hex')
    FROM made WHERE number = one
"""


@pytest.mark.parametrize(
    ("at", "digits", "told"),
    [
        (97, b"9999999", "the account of centre is"),
        (120 + 2, b"0001", f"the account of {CHAIN} is"),
        (120 + 21, b"009", f"the account of {CHAIN} is"),
        (120 + 44, b"9999999", f"the account of {CHAIN} is"),
        (120 + 51, b"\xb6\xb2", f"the account of {CHAIN} is"),
        (120 + 113, b"Y", "its bytes are not what its entries make"),
    ],
)
async def test_a_file_that_orders_payment_to_other_accounts_is_named_and_not_given_out(
    connection: Connection, office: Office, at: int, digits: bytes, told: str
) -> None:
    """Its digest fits, as whoever owns the table can make it: the contracts lie elsewhere."""
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        assert await connection.execute(_ACCOUNT, digits, at) == "UPDATE 1"
    faults = await check(connection, office.contracts)
    assert [(one.name, told in one.what) for one in faults] == [("2010-04-centre-1", True)]
    with pytest.raises(TransferFileMade, match="2010-04-centre-1 is not given out"):
        await make_transfer_file(connection, office, Asked(APRIL, "centre", MAY))


def _is_told(faults: list[Any], kind: str, what: str) -> bool:
    return any(_fits(one, kind, what) for one in faults)


def _fits(fault: Any, kind: str, what: str) -> bool:
    return fault.kind == kind and what in fault.what
