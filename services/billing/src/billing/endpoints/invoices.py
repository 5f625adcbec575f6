"""Invoices, as they were made once."""

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from madoguchi_wire.errors import (
    AccountNotInForce,
    AccountUnknown,
    DocumentUnreadable,
    InvoiceUnknown,
    LedgerUnexplained,
    NotInEncoding,
    PeriodNotClosed,
)
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel

from billing.access.accesses import record_access
from billing.documents.csv import Encoding
from billing.documents.invoice_sheet import invoice_sheet
from billing.documents.rendering import Format
from billing.endpoints.documented import DOCUMENTS, Shared, as_before, document, writer
from billing.endpoints.periods import PeriodText, period_of
from billing.invoices.invoice import Invoice
from billing.invoices.making import find_invoice, list_invoices, make_invoices

router = APIRouter(prefix="/v1", tags=["invoices"], route_class=JsonRoute)
InvoiceNumber = Annotated[str, InPath(pattern=r"^[0-9]{4}-([0-9]{2}|late)-[0-9]{4,6}$")]


class MadeInvoices(BaseModel):
    """Invoices that are new; those of a period are made together, once."""

    numbers: list[str]


@router.post(
    "/periods/{period}/invoices",
    status_code=201,
    summary="Make the invoices of a closed period",
    responses={
        **as_before(MadeInvoices),
        **problems(PeriodNotClosed, AccountNotInForce, AccountUnknown, LedgerUnexplained),
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
