"""/v1/municipalities and their menus."""

from typing import Annotated

from fastapi import APIRouter, Depends
from madoguchi_wire.errors import (
    MunicipalityNotLive,
    MunicipalityStopped,
    MunicipalityUnknown,
    OfferRefused,
)
from madoguchi_wire.gateway_api import Menu, MunicipalityListed
from madoguchi_wire.kit.json_route import JsonRoute

from gateway.audit.concerning import concerning
from gateway.documented import ADAPTER_PROBLEMS, SITE_PROBLEMS, TERMINAL_PROBLEMS, example, problems
from gateway.municipalities.examples import LISTED, MENU
from gateway.municipalities.menu import listed, menu_of
from gateway.municipalities.rules.challenge import Shown, new_challenge
from gateway.municipalities.rules.collectors import check_collector, may_collect
from gateway.municipalities.serving import all_tested, lane_of, served
from gateway.parts import Gateway, get_gateway
from gateway.terminals.authentication import AuthenticatedTerminal

router = APIRouter(prefix="/v1/municipalities", tags=["municipalities"], route_class=JsonRoute)


@router.get(
    "",
    summary="List the municipalities that issue at stores",
    responses=example(200, [LISTED]) | problems(*TERMINAL_PROBLEMS),
)
async def municipalities(
    terminal: AuthenticatedTerminal,
    gateway: Annotated[Gateway, Depends(get_gateway)],
) -> tuple[MunicipalityListed, ...]:
    """Return the municipalities that issue at this terminal at present, by code.

    A test terminal is told all that have not left.
    """
    if terminal.test:
        return tuple(await all_tested(gateway))
    now = gateway.clock.now()
    return tuple(
        listed(version.body)
        for version in gateway.municipalities.all_live()
        if may_collect(version.body, terminal, now)
        and not gateway.stops.stopped(version.municipality, terminal.terminal)
    )


@router.get(
    "/{code}/menu",
    summary="Get what a municipality offers here and now",
    responses=example(200, MENU)
    | problems(
        *TERMINAL_PROBLEMS,
        MunicipalityUnknown,
        MunicipalityNotLive,
        MunicipalityStopped,
        OfferRefused,
        *SITE_PROBLEMS,
        *ADAPTER_PROBLEMS,
    ),
)
async def menu(
    code: str,
    terminal: AuthenticatedTerminal,
    gateway: Annotated[Gateway, Depends(get_gateway)],
) -> Menu:
    """Return prices, hours and options, with the challenge and beacon that a session needs.

    `code` is the municipality's six digits; a wrong check digit is answered as unknown.
    """
    with concerning(gateway.municipalities, code):
        version = await served(gateway, terminal, code)
        check_collector(version.body, terminal, gateway.clock.now())
        gateway.stops.check(code, terminal.terminal)
        beacon = await gateway.beacons.beacon_of(
            code, version.body.adapters, lane_of(code, test=terminal.test)
        )
    now = gateway.clock.now()
    shown = Shown(terminal.terminal, code, beacon.beacon)
    challenge = new_challenge(gateway.challenge_secret, shown, version.version, now)
    return menu_of(version, terminal, gateway.settings.name, challenge, beacon, now)
