"""Transfer files, each made once, and their bytes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from madoguchi_wire.errors import (
    AccountNotInForce,
    AccountUnknown,
    DocumentUnreadable,
    NothingToTransfer,
    StatementUnknown,
    TransferFileMade,
    TransferFileUnknown,
    UnsupportedMediaType,
)
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from pydantic import BaseModel, ConfigDict

from billing.access.accesses import record_access
from billing.accounts.decided import digests_in_force
from billing.endpoints.documented import Shared, as_before, file, writer
from billing.endpoints.periods import PeriodText, period_of
from billing.transfer_files.kept import TransferFile, find_transfer_file, list_transfer_files
from billing.transfer_files.making import Asked, check_accounts, make_transfer_file

router = APIRouter(prefix="/v1", tags=["invoices"], route_class=JsonRoute)
PayerName = Annotated[str, InPath(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
FileNumber = Annotated[str, InPath(pattern=r"^[0-9A-Za-z._-]{1,100}$")]


class FileBody(BaseModel):
    """Which file of a payer is asked for."""

    model_config = ConfigDict(extra="forbid")

    pay_day: DayText
    """The day on which the bank shall pay."""
    rest: bool = False
    """Not the file that was made, but another one, of what is still owed by the ledger."""


class EntryView(BaseModel):
    """One payment of a file."""

    model_config = ConfigDict(from_attributes=True)

    payee: str
    """`centre`, a chain, or a municipality's code."""
    yen: int
    reference: str


class FileView(BaseModel):
    """What a payer gives to its bank (全銀 総合振込)."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    period: str
    payer: str
    pay_day: date
    entries: list[EntryView]
    yen: int
    digest: str
    """SHA-256 of its bytes."""


@router.post(
    "/periods/{period}/transfer-files/{payer}",
    status_code=201,
    summary="Make a payer's transfer file",
    responses={
        **as_before(FileView),
        **problems(
            AccountNotInForce,
            AccountUnknown,
            StatementUnknown,
            NothingToTransfer,
            TransferFileMade,
            DocumentUnreadable,
            UnsupportedMediaType,
        ),
    },
)
async def make(
    period: PeriodText,
    payer: PayerName,
    body: FileBody,
    person: Named,
    parts: Shared,
    response: Response,
) -> FileView:
    """Make the file of `centre`, a chain or a municipality, of what is still owed; once."""
    asked = Asked(period_of(period), payer, body.pay_day, body.rest)
    about = {"period": asked.period, "payer": payer, "on": body.pay_day}
    await record_access(parts.pool, person, "transfer file", about)
    async with writer(parts) as connection:
        made = await make_transfer_file(connection, parts.office(person), asked)
    response.status_code = 201 if made.is_new else 200
    return _view(made.file)


@router.get(
    "/periods/{period}/transfer-files",
    summary="List transfer files",
    responses=problems(DocumentUnreadable),
)
async def listed(period: PeriodText, person: Named, parts: Shared) -> list[FileView]:
    """Return the files that were made of a period."""
    wanted = period_of(period)
    await record_access(parts.pool, person, "transfer files", {"period": wanted})
    return [_view(one) for one in await list_transfer_files(parts.pool, wanted)]


@router.get(
    "/transfer-files/{number}",
    summary="The bytes of a transfer file",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(TransferFileUnknown, TransferFileMade, DocumentUnreadable),
    },
)
async def content(number: FileNumber, person: Named, parts: Shared) -> Response:
    """Return what the payer gives to its bank: the same bytes each time."""
    await record_access(parts.pool, person, "transfer file", {"number": number})
    found = await find_transfer_file(parts.pool, number)
    check_accounts(parts.contracts, found, await digests_in_force(parts.pool))
    return file(found.content, f"transfer-{number}.txt", "application/octet-stream")


def _view(made: TransferFile) -> FileView:
    return FileView.model_validate(made)
