"""Household and order: signed by the session's key, sent under one Idempotency-Key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from madoguchi_wire.encoding import from_base64url, to_base64url
from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.gateway_api import (
    AskHousehold,
    HouseholdAnswer,
    Offer,
    OrderAnswer,
    PlaceOrder,
)
from madoguchi_wire.order import (
    Household,
    HouseholdRequest,
    Kind,
    Order,
    ResidentRecordOptions,
    SealRegistrationOptions,
    order_digest,
)
from madoguchi_wire.sealing import SealingSuite, household_info
from madoguchi_wire.signed import token_digest
from pydantic import ValidationError

from store_terminal_sim.core.access import authorised
from store_terminal_sim.core.calls import json_call, parsed
from store_terminal_sim.core.effects import ChooseMembers, Flow
from store_terminal_sim.core.problems import GatewaySilent, NotOffered
from store_terminal_sim.core.session import OpenedSession
from store_terminal_sim.core.terminal import Terminal

HOUSEHOLD_TIME = timedelta(seconds=20)
ORDER_TIME = timedelta(seconds=45)
"""Longer than the gateway's own deadline, so that it is the one that decides."""


@dataclass(frozen=True)
class Application:
    """What a cardholder wants when they step up to the terminal."""

    municipality: str
    kind: Kind
    household: bool = False
    """Whether to ask who lives in the household and let the cardholder choose."""
    relationship: bool = False
    honseki: bool = False
    copies: int = 1
    suite: SealingSuite = SealingSuite.X25519


@dataclass(frozen=True)
class PlacedOrder:
    """An order as it was signed, and what the gateway made of it."""

    digest: str
    kind: Kind
    unit_price: int
    """Yen for one paper, as it was shown."""
    ordered_at: datetime
    answer: OrderAnswer


@dataclass(frozen=True)
class Choice:
    """What an order asks for, at the price that was shown."""

    options: ResidentRecordOptions | SealRegistrationOptions
    copies: int
    tariff_version: str
    unit_price: int
    idempotency_key: str = field(default_factory=lambda: str(uuid4()))


def ask_household(terminal: Terminal, session: OpenedSession) -> Flow[Household]:
    """Return who lives in the cardholder's household; only this session can open the answer.

    Raises:
        GatewayRefused, GatewaySilent: see `calls.send`.

    """
    now = terminal.clock.now()
    request = HouseholdRequest(session=session.digest, nonce=_nonce(), requested_at=now).signed_by(
        session.signing_key
    )
    body = AskHousehold(household_request=request, signed_session=session.token)
    call = json_call(f"/v1/sessions/{session.session}/household", body)
    response = yield from authorised(terminal, lambda: call, now + HOUSEHOLD_TIME)
    sealed = from_base64url(parsed(HouseholdAnswer, response).ciphertext)
    try:
        info = household_info(session.digest, token_digest(request))
        return Household.model_validate_json(session.opening_key.open(sealed, info))
    except (NotForThisKey, ValidationError) as error:
        raise GatewaySilent("The answer about the household is not for this session.") from error


def choose(terminal: Terminal, session: OpenedSession, wish: Application) -> Flow[Choice]:
    """Return what to order: the wish, at the price on the menu, with the members chosen.

    Raises:
        NotOffered: the menu does not have it.
        GatewayRefused, GatewaySilent: the household cannot be asked.

    """
    offer = _offer(session, wish.kind)
    if wish.kind is Kind.SEAL_REGISTRATION:
        options = SealRegistrationOptions()
        return Choice(options, wish.copies, offer.tariff_version, offer.price)
    handles: Sequence[str] = ()
    if wish.household:
        household = yield from ask_household(terminal, session)
        handles = yield ChooseMembers(household)
    options = ResidentRecordOptions(
        members=tuple(handles), relationship=wish.relationship, honseki=wish.honseki
    )
    return Choice(options, wish.copies, offer.tariff_version, offer.price)


@dataclass(frozen=True)
class SignedOrder:
    """An order as the session's key signed it."""

    token: str
    """JWS."""
    choice: Choice
    ordered_at: datetime


def place_order(terminal: Terminal, session: OpenedSession, choice: Choice) -> Flow[PlacedOrder]:
    """Sign one order and send it.

    Raises:
        GatewayRefused, GatewaySilent: as `send_order`.

    """
    order = signed_order(session, choice, terminal.clock.now())
    return (yield from send_order(terminal, session, order))


def signed_order(session: OpenedSession, choice: Choice, now: datetime) -> SignedOrder:
    """Return an order that the session's key has signed."""
    order = Order(
        session=session.digest,
        options=choice.options,
        copies=choice.copies,
        tariff_version=choice.tariff_version,
        unit_price=choice.unit_price,
        nonce=_nonce(),
        ordered_at=now,
    )
    return SignedOrder(order.signed_by(session.signing_key), choice, now)


def send_order(
    terminal: Terminal, session: OpenedSession, signed: SignedOrder
) -> Flow[PlacedOrder]:
    """Place an order; repeated with the same key and bytes until it is answered.

    Raises:
        GatewayRefused: refused as a whole.
        GatewaySilent: no answer; what the gateway may have prepared expires by itself.

    """
    choice = signed.choice
    body = PlaceOrder(order=signed.token, signed_session=session.token)
    key = {"idempotency-key": choice.idempotency_key}
    call = json_call(f"/v1/sessions/{session.session}/orders", body, **key)
    deadline = terminal.clock.now() + ORDER_TIME
    response = yield from authorised(terminal, lambda: call, deadline)
    answer = parsed(OrderAnswer, response)
    _check_copies(answer, choice.copies)
    return PlacedOrder(
        order_digest(signed.token),
        choice.options.kind,
        choice.unit_price,
        signed.ordered_at,
        answer,
    )


def _check_copies(answer: OrderAnswer, copies: int) -> None:
    # Otherwise one paper could be sold twice.
    numbers = sorted(issued.copy_number for issued in answer.issuances)
    distinct = {issued.issuance for issued in answer.issuances}
    if numbers != list(range(1, copies + 1)) or len(distinct) != copies:
        raise GatewaySilent("The gateway's answer does not have the copies that were ordered.")


def _offer(session: OpenedSession, kind: Kind) -> Offer:
    for offer in session.menu.offers:
        if offer.kind is kind:
            return offer
    raise NotOffered("This municipality does not offer this kind of certificate here.")


def _nonce() -> str:
    return to_base64url(secrets.token_bytes(16))
