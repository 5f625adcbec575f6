"""An order belongs to the session whose key signed it, within its 5 minutes."""

from datetime import timedelta
from typing import Any

import pytest
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import OrderNotOfSession
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.order import (
    MAXIMUM_COPIES,
    MAXIMUM_MEMBERS,
    HouseholdRequest,
    Order,
    ResidentRecordOptions,
    SealRegistrationOptions,
    order_digest,
    verified_household_request,
    verified_order,
)
from madoguchi_wire.session import SESSION_LIFETIME
from madoguchi_wire.signed import token_digest
from madoguchi_wire_testing.cast import (
    MILLISECOND,
    NOW,
    SESSION_KEY,
    TERMINAL_KEY,
    open_session,
)
from pydantic import ValidationError

SESSION = open_session()
NONCE = to_base64url(bytes(16))


def order(**changes: Any) -> Order:
    said: dict[str, Any] = {
        "session": SESSION.digest,
        "options": ResidentRecordOptions(),
        "copies": 1,
        "tariff_version": "2010-02",
        "unit_price": 250,
        "nonce": NONCE,
        "ordered_at": NOW,
    }
    return Order.model_validate(said | changes)


def household_request(**changes: Any) -> HouseholdRequest:
    said: dict[str, Any] = {"session": SESSION.digest, "nonce": NONCE, "requested_at": NOW}
    return HouseholdRequest.model_validate(said | changes)


def test_what_the_sessions_key_signed_holds() -> None:
    for late in (timedelta(0), SESSION_LIFETIME):
        said = order(ordered_at=NOW + late)
        assert verified_order(said.signed_by(SESSION_KEY), SESSION) == said
        asked = household_request(requested_at=NOW + late)
        assert verified_household_request(asked.signed_by(SESSION_KEY), SESSION) == asked


def test_an_order_is_named_by_the_digest_of_its_whole_token() -> None:
    token = order().signed_by(SESSION_KEY)
    assert order_digest(token) == token_digest(token)
    assert order_digest(token) != order_digest(order().signed_by(SESSION_KEY))


@pytest.mark.parametrize("key", [TERMINAL_KEY, SigningKey.generate()])
def test_only_the_sessions_key_orders(key: SigningKey) -> None:
    for forged in (key, SigningKey(key.private, SESSION_KEY.kid)):
        with pytest.raises(OrderNotOfSession):
            verified_order(order().signed_by(forged), SESSION)
        with pytest.raises(OrderNotOfSession):
            verified_household_request(household_request().signed_by(forged), SESSION)


def test_an_order_of_another_session_of_the_same_key_is_refused() -> None:
    other = open_session(challenge="another challenge")
    with pytest.raises(OrderNotOfSession):
        verified_order(order(session=other.digest).signed_by(SESSION_KEY), SESSION)
    with pytest.raises(OrderNotOfSession):
        verified_household_request(household_request().signed_by(SESSION_KEY), other)


@pytest.mark.parametrize("late", [-MILLISECOND, SESSION_LIFETIME + MILLISECOND])
def test_an_order_outside_the_sessions_five_minutes_is_refused(late: timedelta) -> None:
    with pytest.raises(OrderNotOfSession):
        verified_order(order(ordered_at=NOW + late).signed_by(SESSION_KEY), SESSION)
    asked = household_request(requested_at=NOW + late)
    with pytest.raises(OrderNotOfSession):
        verified_household_request(asked.signed_by(SESSION_KEY), SESSION)


def test_an_order_is_no_household_request_nor_the_reverse() -> None:
    with pytest.raises(OrderNotOfSession):
        verified_household_request(order().signed_by(SESSION_KEY), SESSION)
    with pytest.raises(OrderNotOfSession):
        verified_order(household_request().signed_by(SESSION_KEY), SESSION)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 100_000, "..", "\ud800.é.\0"])
def test_what_is_no_order_is_refused(token: str) -> None:
    with pytest.raises(OrderNotOfSession):
        verified_order(token, SESSION)


@pytest.mark.parametrize(
    "changes",
    [
        {"copies": 0},
        {"copies": MAXIMUM_COPIES + 1},
        {"copies": True},
        {"copies": 1.0},
        {"unit_price": -1},
        {"unit_price": 1_000_001},
        {"unit_price": "250"},
        {"nonce": NONCE[:-1]},
        {"nonce": "A" * 65},
        {"session": "ABC"},
        {"options": {"kind": "seal_registration", "honseki": True}},
        {"options": {"kind": "family_register"}},
        {"options": ResidentRecordOptions.model_construct(members=("AAAA",) * 31).model_dump()},
    ],
    ids=str,
)
def test_an_order_beyond_its_bounds_cannot_be_said(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        order(**changes)


def test_an_order_at_its_bounds_can_be_said() -> None:
    order(copies=MAXIMUM_COPIES, unit_price=1_000_000)
    order(options=ResidentRecordOptions(members=("AAAA",) * MAXIMUM_MEMBERS, honseki=True))
    order(options=SealRegistrationOptions(), unit_price=0)
