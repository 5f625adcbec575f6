"""Invoices that are kept, against their digests, their papers, and the tax that is booked."""

from collections import Counter
from collections.abc import Iterable, Iterator

from madoguchi_wire.errors import MadoguchiError
from madoguchi_wire.kit.pool import Connection

from billing.checking.fault import Fault
from billing.checking.versions import version_faults
from billing.invoices.invoice import Invoice
from billing.invoices.making import find_invoice
from billing.rules.tax import Taxed

_KEPT = """
    SELECT number, period, version, invoice_version AS closed
    FROM billing.invoices JOIN billing.periods USING (period) ORDER BY period, number
"""
_EARNED = """
    SELECT period, municipality, chain, commission, sum(commission)::bigint AS yen
    FROM billing.papers AS p
    WHERE commission > 0 AND EXISTS (
        SELECT FROM billing.invoices AS i WHERE i.period = p.period)
    GROUP BY period, municipality, chain, commission
"""
_TAX = """
    SELECT period, municipality, sum(yen)::bigint AS yen FROM billing.transfers AS t
    WHERE purpose = 'tax' AND EXISTS (SELECT FROM billing.invoices AS i WHERE i.period = t.period)
    GROUP BY period, municipality
"""


async def invoice_faults(connection: Connection) -> list[Fault]:
    """Return what is wrong with invoices."""
    faults: list[Fault] = []
    found: list[Invoice] = []
    unread: set[str] = set()
    for row in await connection.fetch(_KEPT):
        number, period = row["number"], row["period"]
        try:
            one = await find_invoice(connection, number)
        except MadoguchiError as error:
            faults.append(Fault("invoice", number, str(error)))
            unread.add(period)
            continue
        if (one.number, one.period) != (number, period):
            faults.append(Fault("invoice", number, f"its body is {one.number}'s, of {one.period}"))
        wrong = [*version_faults(one.version, row["version"], row["closed"]), *_within(one)]
        faults += [Fault("invoice", number, what) for what in wrong]
        found.append(one)
    readable = [one for one in found if one.period not in unread]
    differing = [*await _papers(connection, readable), *await _taxes(connection, readable)]
    faults += [one for one in differing if one.name.partition("/")[0] not in unread]
    return faults


def _within(invoice: Invoice) -> Iterator[str]:
    """Tell where an invoice does not add up."""
    sums = Counter[int]()
    for line in invoice.lines:
        sums[line.rate] += line.yen
        if line.yen != line.unit * line.papers:
            yield f"{line.papers} papers of {line.unit} yen are not {line.yen}"
    stated = {total.rate: (total.yen, total.tax) for total in invoice.totals}
    if stated != {rate: (yen, Taxed(rate, yen).tax) for rate, yen in sums.items()}:
        yield "its totals are not those of its lines"


async def _papers(connection: Connection, found: Iterable[Invoice]) -> list[Fault]:
    asked = Counter[str]()
    for invoice in found:
        for line in invoice.lines:
            asked[f"{invoice.period}/{invoice.recipient_code}/{line.chain}/{line.unit}"] += line.yen
    earned = {
        f"{row['period']}/{row['municipality']}/{row['chain']}/{row['commission']}": row["yen"]
        for row in await connection.fetch(_EARNED)
    }
    return list(_compared(asked, earned, "commissions"))


async def _taxes(connection: Connection, found: Iterable[Invoice]) -> list[Fault]:
    asked = Counter[str]()
    for invoice in found:
        asked[f"{invoice.period}/{invoice.recipient_code}"] += invoice.tax
    booked = {
        f"{row['period']}/{row['municipality']}": row["yen"] for row in await connection.fetch(_TAX)
    }
    return list(_compared(asked, booked, "tax"))


def _compared(asked: "Counter[str]", booked: dict[str, int], what: str) -> Iterator[Fault]:
    for name in sorted(asked.keys() | booked.keys()):
        yen = booked.get(name, 0)
        if asked[name] != yen:
            told = f"invoices ask for {asked[name]} yen of {what}, and the books have {yen}"
            yield Fault("period", name, told)
