"""The menu: what a municipality offers here and now, in words for the screen."""

from datetime import datetime

from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import OfferRefused
from madoguchi_wire.gateway_api import Menu, MunicipalityListed, Offer, OpeningHours, Words
from madoguchi_wire.order import Kind

from gateway.municipalities.rules.challenge import LIFETIME
from gateway.municipalities.rules.configuration import MunicipalityFile, MunicipalityVersion
from gateway.municipalities.rules.hours import hours_on, is_open
from gateway.municipalities.rules.tariffs import Price, price_shown
from gateway.terminals.terminal import Terminal

TITLES = {
    Kind.RESIDENT_RECORD: Words(ja="住民票の写し", en="Copy of resident record"),
    Kind.SEAL_REGISTRATION: Words(ja="印鑑登録証明書", en="Seal registration certificate"),
}


def listed(municipality: MunicipalityFile) -> MunicipalityListed:
    """Return a municipality's entry in the list."""
    name = Words(ja=municipality.name.ja, en=municipality.name.en)
    return MunicipalityListed(code=municipality.code, name=name)


def menu_of(
    version: MunicipalityVersion,
    terminal: Terminal,
    gateway: str,
    challenge: str,
    beacon: Beacon,
    now: datetime,
) -> Menu:
    """Return the menu of a terminal with a fresh challenge and the municipality's beacon.

    Raises:
        OfferRefused: nothing has a price today.

    """
    prices = _prices(version.body, terminal, now)
    return Menu(
        municipality=listed(version.body),
        gateway=gateway,
        challenge=challenge,
        beacon=beacon.beacon,
        good_until=min(now + LIFETIME, beacon.good_until),
        configuration_version=version.version,
        offers=tuple(
            _offer(version.body, kind, price, terminal, now) for kind, price in prices.items()
        ),
    )


def _prices(municipality: MunicipalityFile, terminal: Terminal, now: datetime) -> dict[Kind, Price]:
    prices: dict[Kind, Price] = {}
    unpriced = OfferRefused()
    for kind in municipality.offers:
        try:
            prices[kind] = price_shown(municipality, kind, terminal, now)
        except OfferRefused as refused:
            unpriced = refused
    if not prices:
        raise unpriced
    return prices


def _offer(
    municipality: MunicipalityFile, kind: Kind, price: Price, terminal: Terminal, now: datetime
) -> Offer:
    rule = municipality.offers[kind]
    hours = hours_on(municipality, kind, terminal, japan_day(now))
    return Offer(
        kind=kind,
        title=TITLES[kind],
        price=price.yen,
        tariff_version=price.version,
        hours=hours and OpeningHours(opens=hours.opens, closes=hours.closes),
        open_now=is_open(municipality, kind, terminal, now),
        members=rule.members,
        relationship=rule.relationship,
        honseki=rule.honseki,
        maximum_copies=rule.maximum_copies,
    )
