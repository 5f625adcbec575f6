"""Money on its way through the centre."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from madoguchi_wire.errors import (
    AccountUnknown,
    AmountRefused,
    ClaimUnknown,
    PaymentDiffers,
    PaymentUnknown,
    StatementUnknown,
    UnsupportedMediaType,
)
from madoguchi_wire.kit.day_text import DayText
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.named import Named, problems
from madoguchi_wire.municipality_code import MunicipalityCode
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from billing.books.transfers import Purpose
from billing.contracts.files import Identifier
from billing.endpoints.documented import Shared, as_before, writer
from billing.rules.payments import MOST_YEN, REFERENCE
from billing.settlement.paid_claims import ClaimPayment, pay_claim
from billing.settlement.paid_statements import StatementPayment, pay_statement
from billing.settlement.pay_ins import PayIn, record_pay_in
from billing.settlement.payments import Payment, record_payment
from billing.settlement.reversals import reverse

router = APIRouter(prefix="/v1", tags=["payments"], route_class=JsonRoute)
Reference = Annotated[str, StringConstraints(pattern=REFERENCE)]
StatementNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,100}$")]
Yen = Annotated[int, Field(strict=True, le=MOST_YEN, ge=-MOST_YEN)]
"""Whole yen; what is not above zero gets a problem of its own."""
_PROBLEMS = problems(AccountUnknown, AmountRefused, PaymentDiffers, UnsupportedMediaType)


class Recorded(BaseModel):
    """The payment is in the ledger."""

    is_new: bool
    """False: it was, just so, before."""


_ANSWERS = {**as_before(Recorded), **_PROBLEMS}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reference: Reference
    """The bank's."""
    yen: Yen
    paid_on: DayText


class PayInBody(_Body):
    """Fees of one municipality and day that a chain paid in."""

    chain: Identifier
    municipality: MunicipalityCode
    day: DayText


class PaymentBody(_Body):
    """A payment between the centre and a municipality or chain."""

    purpose: Literal[
        "paid_out",
        "commission_paid_in",
        "commission_paid_out",
        "share_paid",
        "paid_back",
        "claim_returned",
    ]
    party: Identifier
    """Municipality code, or the chain of a commission paid out or a claim returned."""


class StatementPaymentBody(_Body):
    """What a chain paid of a statement of its own, in one transfer."""

    statement: StatementNumber


class ClaimPaymentBody(BaseModel):
    """A chain's payment of one claim."""

    model_config = ConfigDict(extra="forbid")

    issuance: UUID
    reference: Reference
    """The bank's."""
    paid_on: DayText


class ReversalBody(BaseModel):
    """Payments that were recorded by mistake."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference
    """The bank's."""
    party: Identifier | None = None
    """Only what this municipality or chain paid or got."""


class ReversedView(BaseModel):
    """A transfer that was taken back."""

    model_config = ConfigDict(from_attributes=True)

    purpose: str
    municipality: str | None
    chain: str | None
    yen: int


@router.post("/pay-ins", status_code=201, summary="Record a pay-in", responses=_ANSWERS)
async def pay_in(body: PayInBody, person: Named, parts: Shared, response: Response) -> Recorded:
    """Book what a chain paid in; the same again changes nothing."""
    paid = PayIn(body.reference, body.chain, body.municipality, body.day, body.yen, body.paid_on)
    async with writer(parts) as connection:
        is_new = await record_pay_in(connection, parts.office(person), paid)
    return _recorded(response, is_new=is_new)


@router.post("/payments", status_code=201, summary="Record another payment", responses=_ANSWERS)
async def payment(body: PaymentBody, person: Named, parts: Shared, response: Response) -> Recorded:
    """Book a payment of what is owed for closed days; the same again changes nothing."""
    paid = Payment(Purpose(body.purpose), body.party, body.yen, body.reference, body.paid_on)
    async with writer(parts) as connection:
        is_new = await record_payment(connection, parts.office(person), paid)
    return _recorded(response, is_new=is_new)


@router.post(
    "/statement-payments",
    status_code=201,
    summary="Record that a chain paid a statement",
    responses={
        **as_before(Recorded),
        **problems(
            AccountUnknown, AmountRefused, PaymentDiffers, StatementUnknown, UnsupportedMediaType
        ),
    },
)
async def statement_payment(
    body: StatementPaymentBody, person: Named, parts: Shared, response: Response
) -> Recorded:
    """Book a pay-in for each municipality and day that is open; the same again changes nothing."""
    paid = StatementPayment(body.statement, body.yen, body.reference, body.paid_on)
    async with writer(parts) as connection:
        is_new = await pay_statement(connection, parts.office(person), paid)
    return _recorded(response, is_new=is_new)


@router.post(
    "/claim-payments",
    status_code=201,
    summary="Record a claim's payment",
    responses={
        **as_before(Recorded),
        **problems(
            AccountUnknown, AmountRefused, ClaimUnknown, PaymentDiffers, UnsupportedMediaType
        ),
    },
)
async def claim_payment(
    body: ClaimPaymentBody, person: Named, parts: Shared, response: Response
) -> Recorded:
    """Book that a chain paid a claim in full; the same again changes nothing."""
    paid = ClaimPayment(body.issuance, body.reference, body.paid_on)
    async with writer(parts) as connection:
        is_new = await pay_claim(connection, parts.office(person), paid)
    return _recorded(response, is_new=is_new)


@router.post(
    "/reversals",
    status_code=201,
    summary="Reverse payments",
    responses=problems(PaymentUnknown, UnsupportedMediaType),
)
async def reversal(body: ReversalBody, person: Named, parts: Shared) -> list[ReversedView]:
    """Take back what was recorded under a reference, for the reason that the request gives."""
    async with writer(parts) as connection:
        done = await reverse(connection, parts.office(person), body.reference, body.party)
    return [ReversedView.model_validate(one) for one in done]


def _recorded(response: Response, *, is_new: bool) -> Recorded:
    response.status_code = 201 if is_new else 200
    return Recorded(is_new=is_new)
