"""What closes book by contract, shares and what is set off, against the contracts."""

from collections.abc import Collection
from dataclasses import dataclass

from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault
from billing.contracts.contracts import Contracts
from billing.rules.periods import Period

_SHARES = """
    SELECT transfer_id, purpose, subject, municipality, yen, period FROM billing.transfers
    WHERE purpose IN ('share', 'set_off') AND ($1::text[] IS NULL OR period = ANY($1))
    ORDER BY position
"""
_OPEN = """
    SELECT transfer_id, purpose, subject FROM billing.transfers
    WHERE purpose IN ('tax', 'tax_paid', 'set_off', 'share')
      AND period NOT IN (SELECT period FROM billing.periods) ORDER BY position
"""


@dataclass(frozen=True)
class _Booked:
    purpose: str
    subject: str
    municipality: str
    yen: int
    period: Period


async def closing_faults(
    connection: Connection, contracts: Contracts, period: Period
) -> list[Fault]:
    """Return what the contracts do not say of a period that is being closed."""
    return await _faults(connection, contracts, [str(period)], now=True)


async def contract_faults(connection: Connection, contracts: Contracts) -> list[Fault]:
    """Return what only a close may book, and none did, and shares that no contract gives.

    A contract that ended, began anew or changed its settlement since says nothing of what was
    closed before.
    """
    faults = [
        _fault(row["transfer_id"], row["purpose"], row["subject"], "no close booked it")
        for row in await connection.fetch(_OPEN)
    ]
    return [*faults, *await _faults(connection, contracts, None, now=False)]


async def _faults(
    connection: Connection, contracts: Contracts, periods: Collection[str] | None, *, now: bool
) -> list[Fault]:
    faults: list[Fault] = []
    for row in await connection.fetch(_SHARES, periods):
        one = _Booked(
            row["purpose"],
            row["subject"],
            row["municipality"] or "",
            row["yen"],
            Period.of(row["period"]),
        )
        what = (_of_share if one.purpose == "share" else _of_set_off)(one, contracts, now=now)
        if what is not None:
            faults.append(_fault(row["transfer_id"], one.purpose, one.subject, what))
    return faults


def _of_share(one: _Booked, contracts: Contracts, *, now: bool) -> str | None:
    year = one.period.fiscal_year
    if one.period.month is None or one.subject != f"{year}/{one.municipality}":
        return f"it is no share that {one.period} has"
    contract = contracts.municipalities.get(one.municipality)
    if contract is None or not contract.is_in_force(one.period.first_day, one.period.last_day):
        return f"no contract is in force in {one.period}" if now else None
    share = contracts.share(one.municipality, year)
    return None if one.yen == share else f"{one.yen} yen, and its contract says {share}"


def _of_set_off(one: _Booked, contracts: Contracts, *, now: bool) -> str | None:
    of = f"{one.period}/{one.municipality}"
    if one.subject not in (f"{of}/tax", f"{of}/commission"):
        return f"it is nothing that {one.period} sets off"
    contract = contracts.municipalities.get(one.municipality)
    if now and (contract is None or contract.settlement != "net"):
        return "its contract does not say net"
    return None


def _fault(transfer: object, purpose: str, subject: str, what: str) -> Fault:
    return Fault("transfer", str(transfer), f"{purpose} {subject}: {what}")
