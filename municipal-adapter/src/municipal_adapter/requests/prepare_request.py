"""A request to prepare one copy, with everything in it verified here."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi_wire.adapter_api import PrepareStatement
from madoguchi_wire.errors import (
    IssuanceExpired,
    OfferRefused,
    OptionNotOffered,
    OrderRefused,
)
from madoguchi_wire.order import Kind, Order, order_digest
from madoguchi_wire.session import VerifiedSession

from municipal_adapter.claims.claim import Copy
from municipal_adapter.municipality.file import KindRules
from municipal_adapter.municipality.municipality import Municipality
from municipal_adapter.requests.day_of_issue import check_day_of_issue
from municipal_adapter.requests.issuance_id import check_same_issuance


@dataclass(frozen=True)
class PrepareRequest:
    """One copy of an order, asked for under one issuance id; every signature held."""

    issuance: UUID
    session: VerifiedSession
    order: Order
    order_digest: str
    copy_number: int
    accepted_on: date
    """Date of issue on the paper."""
    deadline: datetime
    rules: KindRules

    @property
    def kind(self) -> Kind:
        """What is asked for."""
        return self.order.options.kind

    @property
    def copy(self) -> Copy:
        """What is claimed."""
        return Copy(
            issuance=self.issuance,
            order=self.order_digest,
            copy_number=self.copy_number,
            session=self.session.digest,
            nonce=self.order.nonce,
            terminal=self.session.statement.terminal,
            card=self.session.identity,
        )


def verified_prepare(
    token: str, issuance: UUID, municipality: Municipality, now: datetime
) -> PrepareRequest:
    """Return the request that the gateway signed, all it carries verified again.

    Raises:
        SignatureRefused: the gateway's signature, or it is for another issuance.
        IssuanceExpired: the deadline has passed.
        OrderRefused: a date or copy that cannot be; the order is not of the session.
        OfferRefused: the kind or number of copies is not issued.
        MadoguchiError: card or session, as `CardholderRequests.order`.

    """
    requests = municipality.gateway_requests
    statement = requests.verified(PrepareStatement, token, now)
    check_same_issuance(statement.issuance, issuance)
    requests.check_fresh(statement.requested_at, now)
    if now > statement.deadline:
        raise IssuanceExpired()
    session, order = municipality.cardholder_requests.order(statement.session, statement.order)
    check_day_of_issue(statement.accepted_on, now)
    return PrepareRequest(
        issuance=issuance,
        session=session,
        order=order,
        order_digest=order_digest(statement.order),
        copy_number=statement.copy_number,
        accepted_on=statement.accepted_on,
        deadline=statement.deadline,
        rules=_checked_rules(municipality, order, statement.copy_number),
    )


def _checked_rules(municipality: Municipality, order: Order, copy_number: int) -> KindRules:
    rules = municipality.rules_of(order.options.kind)
    if rules is None:
        raise OfferRefused()
    if order.copies > rules.maximum_copies:
        raise OptionNotOffered()
    if copy_number > order.copies:
        raise OrderRefused("The order asks for fewer copies than this.")
    return rules
