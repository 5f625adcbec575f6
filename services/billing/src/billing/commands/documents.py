"""Commands about what leaves the house: invoices, transfer files, statements to be read."""

import argparse
from pathlib import Path

from madoguchi_wire.kit.commands import FINE, FOUND, AddParser, add_named, day, say, say_json

from billing.access.accesses import record_access
from billing.commands.opened import opened, period
from billing.documents.invoice_sheet import invoice_sheet
from billing.documents.rendering import MEDIA_TYPES, Format, rendered
from billing.documents.statement_sheet import statement_sheet
from billing.invoices.making import find_invoice, list_invoices, make_invoices
from billing.statements.making import find_statement
from billing.transfer_files.kept import TransferFile, list_transfer_files
from billing.transfer_files.making import Asked, make_transfer_file


def add_parsers(add: AddParser) -> None:
    """Add the commands."""
    make = add("make-invoices", help="make the invoices of a closed period", act=made)
    every = add("invoices", help="list the invoices of a period", act=listed)
    file = add("transfer-file", help="the file for a payer's bank (全銀 総合振込)", act=transferred)
    for parser in (make, every, file):
        parser.add_argument("period", type=period, help="2010-04, 2010-late")
    file.add_argument("payer", help="centre, a chain, or a municipality's code")
    file.add_argument("--on", type=day, required=True, help="the day on which the bank shall pay")
    file.add_argument(
        "--rest", action="store_true", help="another file, of what is still owed by the ledger"
    )
    files = add("transfer-files", help="list the transfer files of a period", act=files_listed)
    files.add_argument("period", type=period, help="2010-04, 2010-late")
    one = add("write-statement", help="write a statement to a file", act=statement_written)
    bill = add("write-invoice", help="write an invoice to a file", act=invoice_written)
    for parser in (one, bill):
        parser.add_argument("number")
        parser.add_argument(
            "--encoding", choices=["utf-8", "shift_jis"], default="utf-8", help="of CSV"
        )
    for parser in (one, bill, file):
        parser.add_argument("--out", type=Path, required=True, help="the file to be written")
    for parser in (make, every, one, bill, file, files):
        add_named(parser)


async def made(asked: argparse.Namespace) -> int:
    """Make invoices; those of a period are made together, once."""
    async with opened(asked) as (connection, office):
        numbers = await make_invoices(connection, office, asked.period)
        made_before = not numbers and await list_invoices(connection, asked.period)
    words = "all were made before" if made_before else "nothing to invoice: there is no commission"
    if asked.json:
        say_json({"numbers": numbers})
    else:
        say("\n".join(numbers) if numbers else words)
    return FINE


async def listed(asked: argparse.Namespace) -> int:
    """List invoices."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "invoices", {"period": asked.period})
        found = await list_invoices(connection, asked.period)
    for one in found:
        if asked.json:
            say_json(one.model_dump(mode="json"))
        else:
            say(
                f"{one.number:16} {one.yen:>13,} yen, of which tax {one.tax:>11,}"
                f"  {one.supplier} → {one.recipient}"
            )
    return FINE if found else FOUND


async def statement_written(asked: argparse.Namespace) -> int:
    """Write a statement as PDF, CSV or JSON."""
    kind = _format(asked)
    about = {"number": asked.number, "format": kind}
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "statement", about)
        found = await find_statement(connection, asked.number)
    _write(asked.out, rendered(found, statement_sheet(found), kind, asked.encoding))
    return FINE


async def invoice_written(asked: argparse.Namespace) -> int:
    """Write an invoice as PDF, CSV or JSON."""
    kind = _format(asked)
    about = {"number": asked.number, "format": kind}
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "invoice", about)
        found = await find_invoice(connection, asked.number)
    _write(asked.out, rendered(found, invoice_sheet(found), kind, asked.encoding))
    return FINE


def _format(asked: argparse.Namespace) -> Format:
    for kind in MEDIA_TYPES:
        if asked.out.suffix == f".{kind}":
            return kind
    raise ValueError(f"a document ends with one of .{', .'.join(MEDIA_TYPES)}")


def _write(out: Path, content: bytes) -> None:
    """Write a file that is not there; one that holds the same bytes stays."""
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError:
        if out.read_bytes() != content:
            raise ValueError(
                f"{out} is there and holds something else: choose another name"
            ) from None


async def transferred(asked: argparse.Namespace) -> int:
    """Make a transfer file, or give the one that was made, and write its bytes."""
    about = {"period": asked.period, "payer": asked.payer, "on": asked.on}
    wanted = Asked(asked.period, asked.payer, asked.on, asked.rest)
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "transfer file", about)
        made = await make_transfer_file(connection, office, wanted)
    _write(asked.out, made.file.content)
    if asked.json:
        say_json(made.file.told() | {"is_new": made.is_new})
    else:
        word = "" if made.is_new else ": made before, these are the same bytes"
        say(f"{_summary(made.file)}{word}")
    return FINE


async def files_listed(asked: argparse.Namespace) -> int:
    """List the transfer files of a period."""
    async with opened(asked) as (connection, office):
        await record_access(connection, office.person, "transfer files", {"period": asked.period})
        found = await list_transfer_files(connection, asked.period)
    for one in found:
        if asked.json:
            say_json(one.told())
        else:
            say(_summary(one))
    return FINE if found else FOUND


def _summary(file: TransferFile) -> str:
    paid = f"{len(file.entries)} payments, {file.yen:,} yen on {file.pay_day}"
    return f"{file.number:24} {paid}  {file.digest[:16]}"
