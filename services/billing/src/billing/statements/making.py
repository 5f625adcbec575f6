"""Makes the statements of closed periods, once each, and finds them again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import asyncpg
from madoguchi_wire.channel import Channel
from madoguchi_wire.errors import StatementUnknown
from madoguchi_wire.kit.pool import Connection, Executor

from billing.accounts.in_force import contracts_to_pay_by
from billing.books.kept import body_digest, read_kept
from billing.books.office import Office
from billing.books.writing import writing
from billing.closing.billed import check_billed
from billing.closing.explaining import Key, check_explained
from billing.contracts.contracts import CENTRE, Contracts
from billing.owed.reached import at_close
from billing.rules.periods import Period
from billing.statements.building import build
from billing.statements.reading import read_facts
from billing.statements.statement import (
    VERSION,
    Party,
    Role,
    Statement,
    statement_number,
)

_PARTIES = """
    SELECT DISTINCT municipality, CASE channel WHEN 'store' THEN chain END AS chain
    FROM billing.papers WHERE period = $1
"""
_LATE = """
    SELECT municipality, accepted_on, issuance_id FROM billing.papers
    WHERE period = $1 AND NOT accepted_on BETWEEN $2 AND $3
"""
_OWN_REFUNDS = """
    SELECT DISTINCT t.chain FROM billing.transfers AS t JOIN billing.papers AS p USING (issuance_id)
    WHERE t.period = $1 AND t.purpose = 'refund_by_municipality' AND t.municipality = $2
      AND p.channel = 'city_machine'
"""
"""The chains of a municipality's own machines whose fees it gave back."""
_KNOWN = "SELECT number FROM billing.statements WHERE period = $1"
_KEEP = """
    INSERT INTO billing.statements (number, period, party, body, digest, recorded_by, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_FIND = "SELECT number, body, digest FROM billing.statements WHERE number = $1"
_LIST = "SELECT number, body, digest FROM billing.statements WHERE period = $1 ORDER BY number"


async def build_statement(
    connection: Connection, period: Period, party: Party, issued_on: date
) -> Statement:
    """Return a party's statement of a closed period, without keeping it.

    Raises:
        PeriodNotClosed: it is open.
        LedgerUnexplained: the ledger has another sum.

    """
    reached = await at_close(connection, period)
    facts = await read_facts(connection, reached, party.role, party.code)
    return build(str(period), party, issued_on, facts)


async def make_statements(connection: Connection, office: Office, period: Period) -> list[str]:
    """Make and keep the statements of everybody who takes part; return the new numbers.

    Raises:
        PeriodNotClosed: the period is open.
        AccountUnknown: somebody with papers in it has no contract any more.
        AccountNotInForce: the centre's contract file has another account than the one in force.
        LedgerUnexplained: the ledger has another sum; no statement is kept.

    """
    async with writing(connection):
        known = {row["number"] for row in await connection.fetch(_KNOWN, str(period))}
        waiting = [
            party
            for party in parties(office.contracts)
            if statement_number(str(period), party.role, party.code) not in known
        ]
        contracts = office.contracts
        if waiting:
            await at_close(connection, period)
            await _check_contracts(connection, office, period)
            await _check_ledger(connection, period)
            contracts = await contracts_to_pay_by(connection, office, [CENTRE])
        made: list[str] = []
        for party in waiting:
            built = await build_statement(connection, period, party, office.today)
            if not _takes_part(built, office.contracts, period):
                continue
            own = await connection.fetch(_OWN_REFUNDS, str(period), party.code)
            named = _with_names(built, office.contracts, [row["chain"] for row in own])
            statement = _with_terms(named, contracts)
            await _keep(connection, statement, office.person.name)
            made.append(statement.number)
        return made


def _takes_part(built: Statement, contracts: Contracts, period: Period) -> bool:
    """Tell whether somebody has to do with a period: by what is in it, or by contract."""
    if built.party.role is Role.CHAIN or period.month is None:
        return not built.says_nothing
    contract = contracts.municipality(built.party.code)
    return not built.says_nothing or contract.is_in_force(period.first_day, period.last_day)


async def _check_ledger(connection: Connection, period: Period) -> None:
    """Hold the ledger against meter and issuances once more: it was, at the close."""
    await check_billed(connection, period)
    first, last = period.first_day, period.last_day
    if period.month is None:
        first, last = last, first  # it has no days of its own, only papers that came late
    late = [
        Key(**dict(row.items())) for row in await connection.fetch(_LATE, str(period), first, last)
    ]
    await check_explained(connection, first, last, late)


async def _check_contracts(connection: Connection, office: Office, period: Period) -> None:
    for row in await connection.fetch(_PARTIES, str(period)):
        office.check_municipality(row["municipality"])
        if row["chain"] is not None:
            office.check_chain(row["chain"])


def _with_names(built: Statement, contracts: Contracts, own_refunds: Iterable[str]) -> Statement:
    """Return the statement with the names of now: a name that changes later changes no paper."""
    names = {code: one.name for code, one in contracts.municipalities.items()}
    names |= {chain: one.name for chain, one in contracts.chains.items()}
    # Nobody has a contract with himself: a municipality's machines go by its own name.
    own = {line.counterpart for line in built.lines if line.channel == Channel.CITY_MACHINE}
    for chain in own.union((line.counterpart for line in built.own_losses), own_refunds):
        names.setdefault(chain, built.party.name)
    claims = (*built.claims, *built.own_losses, *built.claims_paid, *built.claims_returned)
    lines = (*built.lines, *built.commissions, *built.refunds, *claims, *built.late)
    used = {line.counterpart for line in lines} & names.keys()
    return built.model_copy(
        update={
            "issuer": contracts.centre.name,
            "issuer_address": contracts.centre.address,
            "names": {code: names[code] for code in sorted(used)},
        }
    )


def _with_terms(built: Statement, contracts: Contracts) -> Statement:
    """Return the statement with the day by which it is paid, and the account, if it is."""
    if not built.totals.to_pay:
        return built
    is_city = built.party.role is Role.MUNICIPALITY
    payer = (contracts.municipality if is_city else contracts.chain)(built.party.code)
    terms = {"due_on": payer.due_on(built.issued_on), "pay_to": contracts.centre.account.words}
    return built.model_copy(update=terms)


def parties(contracts: Contracts) -> list[Party]:
    """Return everybody who gets a statement."""
    cities = [
        Party(role=Role.MUNICIPALITY, code=code, name=one.name)
        for code, one in sorted(contracts.municipalities.items())
    ]
    chains = [
        Party(role=Role.CHAIN, code=chain, name=one.name)
        for chain, one in sorted(contracts.chains.items())
    ]
    return cities + chains


async def _keep(connection: Connection, statement: Statement, by: str) -> None:
    body: dict[str, Any] = statement.model_dump(mode="json")
    party = f"{statement.party.role}:{statement.party.code}"
    digest = body_digest(body)
    whose = statement.number, statement.period, party
    await connection.execute(_KEEP, *whose, body, digest, by, statement.version)


async def find_statement(connection: Executor, number: str) -> Statement:
    """Return a statement that was made.

    Raises:
        StatementUnknown: there is none of this number.
        DocumentUnreadable: it is not what was kept, or in a form that this build does not read.

    """
    row = await connection.fetchrow(_FIND, number)
    if row is None:
        raise StatementUnknown(f"There is no statement {number}.")
    return _read(row)


async def list_statements(connection: Executor, period: Period) -> list[Statement]:
    """Return the statements that were made of a period, by number; raises DocumentUnreadable."""
    return [_read(row) for row in await connection.fetch(_LIST, str(period))]


def _read(row: asyncpg.Record) -> Statement:
    name = f"statement {row['number']}"
    return read_kept(Statement, VERSION, name, row["body"], row["digest"])
