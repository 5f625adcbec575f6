"""Invoices, as they were made once, and transfer files."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from madoguchi_wire.errors import (
    AccountUnknown,
    DocumentUnreadable,
    InvoiceUnknown,
    LedgerUnexplained,
    NothingToTransfer,
    NotInEncoding,
    PeriodNotClosed,
    StatementUnknown,
)
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel

from billing.access.accesses import record_access
from billing.documents.csv import Encoding
from billing.documents.invoice_sheet import invoice_sheet
from billing.documents.rendering import Format
from billing.endpoints.documented import DOCUMENTS, Shared, as_before, document, file, writer
from billing.endpoints.periods import PeriodText, period_of
from billing.invoices.invoice import Invoice
from billing.invoices.making import find_invoice, list_invoices, make_invoices
from billing.transfer_files.making import make_transfer_file

router = APIRouter(prefix="/v1", tags=["invoices"], route_class=JsonRoute)
InvoiceNumber = Annotated[str, InPath(pattern=r"^[0-9]{4}-([0-9]{2}|late)-[0-9]{4,6}$")]
PayerName = Annotated[str, InPath(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class MadeInvoices(BaseModel):
    """Invoices that are new; those of a period are made together, once."""

    numbers: list[str]


@router.post(
    "/periods/{period}/invoices",
    status_code=201,
    summary="Make the invoices of a closed period",
    responses={
        **as_before(MadeInvoices),
        **problems(PeriodNotClosed, AccountUnknown, LedgerUnexplained),
    },
)
async def make(
    period: PeriodText, person: Named, parts: Shared, response: Response
) -> MadeInvoices:
    """Make and keep the invoice of each supplier to each municipality."""
    wanted = period_of(period)
    async with writer(parts) as connection:
        numbers = await make_invoices(connection, parts.office(person), wanted)
    response.status_code = 201 if numbers else 200
    return MadeInvoices(numbers=numbers)


@router.get(
    "/periods/{period}/invoices", summary="List invoices", responses=problems(DocumentUnreadable)
)
async def listed(period: PeriodText, person: Named, parts: Shared) -> list[Invoice]:
    """Return the invoices of a period."""
    wanted = period_of(period)
    await record_access(parts.pool, person, "invoices", {"period": wanted})
    return await list_invoices(parts.pool, wanted)


@router.get(
    "/invoices/{number}",
    summary="An invoice",
    response_model=Invoice,
    responses={**DOCUMENTS, **problems(InvoiceUnknown, DocumentUnreadable, NotInEncoding)},
)
async def invoice(
    number: InvoiceNumber,
    person: Named,
    parts: Shared,
    format: Format = "json",  # noqa: A002 (the parameter's name)
    encoding: Encoding = "utf-8",
) -> Response:
    """Return an invoice as it was made; `encoding` is of CSV."""
    await record_access(parts.pool, person, "invoice", {"number": number, "format": format})
    found = await find_invoice(parts.pool, number)
    return await document(f"invoice-{number}", found, invoice_sheet(found), format, encoding)


@router.get(
    "/periods/{period}/transfer-files/{payer}",
    summary="What a payer gives to its bank",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(AccountUnknown, StatementUnknown, NothingToTransfer),
    },
)
async def transfer_file(
    period: PeriodText,
    payer: PayerName,
    person: Named,
    parts: Shared,
    on: Annotated[DayText, Query(description="The day on which the bank shall pay")],
) -> Response:
    """Return the file (全銀 総合振込) of `centre`, a chain or a municipality's code."""
    wanted = period_of(period)
    asked = {"period": wanted, "payer": payer, "on": on}
    await record_access(parts.pool, person, "transfer file", asked)
    made = await make_transfer_file(parts.pool, parts.office(person), wanted, payer, on)
    return file(made, f"transfer-{period}-{payer}-{on}.txt", "application/octet-stream")
