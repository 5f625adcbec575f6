"""The household of a cardholder: asked of the municipality, passed on sealed."""

from datetime import timedelta
from uuid import UUID

from madoguchi_wire.adapter_api import HouseholdStatement, SealedHousehold
from madoguchi_wire.events import EventType
from madoguchi_wire.gateway_api import AskHousehold, HouseholdAnswer
from madoguchi_wire.order import ResidentRecordOptions, verified_household_request

from gateway.adapters.adapters import Errand
from gateway.audit.concerning import concerning
from gateway.cardholders import sessions
from gateway.cardholders.prices import price_in
from gateway.cardholders.sessions import OpenSession
from gateway.municipalities.rules.collectors import check_collector
from gateway.municipalities.rules.offers import offer_at
from gateway.municipalities.serving import lane_of, served
from gateway.parts import Gateway
from gateway.terminals.terminal import Terminal

_WITHIN = timedelta(seconds=10)


async def show_household(
    gateway: Gateway, terminal: Terminal, session_id: UUID, asked: AskHousehold
) -> HouseholdAnswer:
    """Return who lives in the cardholder's household, for the terminal's eyes only.

    Raises:
        SessionRefused, CardRefused, OrderNotOfSession: the request does not hold.
        OfferRefused: members cannot be chosen here and now.
        PersonRefused: the municipality refuses.
        AdapterFailed: the municipality's adapter failed.

    """
    opened = await sessions.find(gateway, terminal, session_id)
    with concerning(gateway.municipalities, opened.municipality):
        return await _show(gateway, terminal, opened, asked)


async def _show(
    gateway: Gateway, terminal: Terminal, opened: OpenSession, asked: AskHousehold
) -> HouseholdAnswer:
    version = await served(gateway, terminal, opened.municipality)
    check_collector(version.body, terminal, gateway.clock.now())
    gateway.stops.check(opened.municipality, terminal.terminal)
    # Who lives in a household is told only where and when its members can be chosen.
    choosing = ResidentRecordOptions(members=("AA",))
    offer_at(version.body, choosing, 1, terminal, gateway.clock.now())
    await price_in(gateway, terminal, opened, choosing.kind)
    session = sessions.verified_again(gateway, terminal, opened, asked.signed_session)
    verified_household_request(asked.household_request, session)
    now = gateway.clock.now()
    statement = HouseholdStatement(
        municipality=opened.municipality,
        session=asked.signed_session,
        household_request=asked.household_request,
        requested_at=now,
        deadline=now + _WITHIN,
    )
    path = f"/v1/municipalities/{opened.municipality}/household"
    request = statement.signed_by(gateway.request_key)
    adapters = version.body.adapters
    sealed = await gateway.adapters.ask(
        lane_of(opened.municipality, test=terminal.test),
        Errand.WORK,
        adapters,
        path,
        request,
        SealedHousehold,
        _WITHIN.total_seconds(),
    )
    data = terminal.told | {"session": str(opened.session_id)}
    await gateway.trail.record(EventType.HOUSEHOLD_SHOWN, data, opened.municipality)
    return HouseholdAnswer(ciphertext=sealed.ciphertext)
