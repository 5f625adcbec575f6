"""Accepting an order: everything is judged, then committed, before the adapter is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import OrderRefused, OrderReplayed, PriceChanged
from madoguchi_wire.gateway_api import PlaceOrder
from madoguchi_wire.kit.telemetry import current_trace_id
from madoguchi_wire.order import Order, order_digest, verified_order
from madoguchi_wire.session import CLOCK_TOLERANCE, VerifiedSession

from gateway.audit import outbox
from gateway.audit.outbox import OutboxRow, issuance_row
from gateway.cardholders.prices import price_in
from gateway.cardholders.sessions import OpenSession
from gateway.issuances.life import EVENTS, State
from gateway.issuances.orders import LEASE, KnownOrder
from gateway.issuances.rows import Issuance
from gateway.municipalities.rules.collectors import check_collector
from gateway.municipalities.rules.configuration import MunicipalityVersion
from gateway.municipalities.rules.offers import offer_at
from gateway.municipalities.rules.places import place_of
from gateway.municipalities.serving import served
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

_ACCEPT = f"""
WITH placed AS (
    INSERT INTO orders (order_id, session_id, terminal, municipality, accepted_on,
                        idempotency_key, body_digest, order_digest, session_digest, kind, copies,
                        unit_price, tariff_version, configuration_version, deadline,
                        leased_until, lease_owner, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, cardinality($11::uuid[]), $12, $13, $14, $15,
            madoguchi_now() + $16, $17, least($21, madoguchi_now()))
    ON CONFLICT DO NOTHING RETURNING order_id
), made AS (
    INSERT INTO issuances (issuance_id, municipality, accepted_on, order_id, session_id,
                           order_digest, session_digest, copy_number, terminal, site, chain, place,
                           kind, state, fee, tariff_version, configuration_version, deadline,
                           event_sequence, accepted_at, channel, commission, test)
    SELECT copy.id, $4, $5, $1, $2, $8, $9, copy.number, $3, $18, $19, $20, $10, 'accepted', $12,
           $13, $14, $15, 1, least($21, madoguchi_now()), $22, $23, $24
    FROM placed, unnest($11::uuid[]) WITH ORDINALITY AS copy(id, number)
), told AS (
    INSERT INTO outbox ({outbox.COLUMNS}) SELECT {outbox.COLUMNS} FROM {outbox.events_from(25)}
    WHERE EXISTS (SELECT FROM placed)
)
SELECT count(*) FROM placed
"""  # noqa: S608 (column names of ours)


@dataclass(frozen=True)
class Judged:
    """An order that may be accepted."""

    body: PlaceOrder
    body_digest: str
    idempotency_key: UUID
    session: VerifiedSession
    order: Order
    version: MunicipalityVersion


async def judge(
    gateway: Gateway,
    terminal: Terminal,
    opened: OpenSession,
    session: VerifiedSession,
    body: PlaceOrder,
) -> tuple[Order, MunicipalityVersion]:
    """Return the order and the configuration that it was made under.

    Raises:
        OrderRefused: not this session's, or not at the price that was shown for it.
        OfferRefused: not offered here and now, nobody may collect for it here, or the
            municipality is stopped.
        AuditBehind: nothing new is begun now.

    """
    order = verified_order(body.order, session)
    if order.ordered_at - gateway.clock.now() > CLOCK_TOLERANCE:
        raise OrderRefused("The order was signed in the future: the terminal's clock is wrong.")
    in_force = await served(gateway, terminal, opened.municipality)
    now = gateway.clock.now()
    check_collector(in_force.body, terminal, now)
    gateway.stops.check(opened.municipality, opened.terminal)
    gateway.backlogs.check()
    # Hours and offer are judged now; only the price is the one of the session.
    offer_at(in_force.body, order.options, order.copies, terminal, now)
    price, version = await price_in(gateway, terminal, opened, order.options.kind)
    if (order.tariff_version, order.unit_price) != (price.version, price.yen):
        raise PriceChanged()
    return order, version


async def accept(
    gateway: Gateway, terminal: Terminal, opened: OpenSession, judged: Judged
) -> tuple[KnownOrder, list[Issuance]]:
    """Commit the order and its issuances; nothing was called before, nothing is charged yet.

    Raises:
        OrderReplayed: this order, or the key, came a moment ago under another request.

    """
    now = gateway.clock.now()
    deadline = now + gateway.settings.issuance_deadline
    order_id, owner = uuid4(), uuid4()
    issuances = [
        _new(terminal, judged, order_id, number + 1, now, deadline)
        for number in range(judged.order.copies)
    ]
    first = issuances[0]
    cardholder = await gateway.cardholder_keys.told_of(
        judged.session.identity, first.municipality, first.accepted_on
    )
    placed: int = await gateway.pool.fetchval(
        _ACCEPT,
        order_id,
        opened.session_id,
        terminal.terminal,
        opened.municipality,
        first.accepted_on,
        judged.idempotency_key,
        judged.body_digest,
        first.order_digest,
        first.session_digest,
        first.kind.value,
        [issuance.issuance_id for issuance in issuances],
        first.fee,
        first.tariff_version,
        first.configuration_version,
        deadline,
        LEASE,
        owner,
        terminal.site,
        terminal.chain,
        first.place,
        now,
        first.channel.value,
        first.commission,
        first.test,
        *outbox.arrays([_event(gateway, issuance, cardholder, now) for issuance in issuances]),
    )
    if placed == 0:
        raise OrderReplayed()
    known = KnownOrder(
        order_id, opened.session_id, terminal.terminal, judged.body_digest, owner, now
    )
    return known, issuances


def _new(
    terminal: Terminal,
    judged: Judged,
    order_id: UUID,
    number: int,
    accepted_at: datetime,
    deadline: datetime,
) -> Issuance:
    order, version, accepted_on = judged.order, judged.version, japan_day(accepted_at)
    return Issuance(
        issuance_id=uuid4(),
        municipality=version.municipality,
        accepted_on=accepted_on,
        order_id=order_id,
        order_digest=order_digest(judged.body.order),
        session_digest=judged.session.digest,
        copy_number=number,
        terminal=terminal.terminal,
        site=terminal.site,
        chain=terminal.chain,
        place=place_of(version.body, terminal.site_municipality),
        channel=terminal.channel,
        kind=order.options.kind,
        state=State.ACCEPTED,
        fee=order.unit_price,
        commission=terminal.commission_on(accepted_on),
        tariff_version=order.tariff_version,
        configuration_version=version.version,
        deadline=deadline,
        attestation=None,
        pages=None,
        problem=None,
        event_sequence=1,
        accepted_at=accepted_at,
        paid_at=None,
        test=terminal.test,
    )


def _event(
    gateway: Gateway, issuance: Issuance, cardholder: Mapping[str, str] | None, now: datetime
) -> OutboxRow:
    told: dict[str, object] = {
        "state": State.ACCEPTED.value,
        "order": str(issuance.order_id),
        "trace": current_trace_id(),
    }
    if cardholder is not None:
        told["cardholder"] = cardholder
    return issuance_row(
        source=gateway.settings.name,
        type=EVENTS[State.ACCEPTED],
        issuance=issuance.issuance_id,
        sequence=1,
        moment=now,
        municipality=issuance.municipality,
        accepted_on=issuance.accepted_on,
        data=issuance.facts() | told,
    )
