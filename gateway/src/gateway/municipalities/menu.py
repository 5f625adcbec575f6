"""The menu: what a municipality offers here and now, in words for the screen."""

from datetime import datetime

from madoguchi_wire.adapter_api import Beacon
from madoguchi_wire.clock import japan_day
from madoguchi_wire.gateway_api import Menu, MunicipalityListed, Offer, OpeningHours, Words
from madoguchi_wire.order import Kind

from gateway.municipalities.rules.challenge import LIFETIME
from gateway.municipalities.rules.configuration import (
    MunicipalityFile,
    MunicipalityVersion,
    OfferRule,
)
from gateway.municipalities.rules.hours import is_closed_on, is_open
from gateway.municipalities.rules.tariffs import tariff_at

TITLES = {
    Kind.RESIDENT_RECORD: Words(ja="住民票の写し", en="Copy of resident record"),
    Kind.SEAL_REGISTRATION: Words(ja="印鑑登録証明書", en="Seal registration certificate"),
}


def listed(municipality: MunicipalityFile) -> MunicipalityListed:
    """Return a municipality's entry in the list."""
    name = Words(ja=municipality.name.ja, en=municipality.name.en)
    return MunicipalityListed(code=municipality.code, name=name)


def menu_of(
    version: MunicipalityVersion, gateway: str, challenge: str, beacon: Beacon, now: datetime
) -> Menu:
    """Return the menu with a fresh challenge and the municipality's beacon."""
    tariff = tariff_at(version.body, now)
    return Menu(
        municipality=listed(version.body),
        gateway=gateway,
        challenge=challenge,
        beacon=beacon.beacon,
        good_until=min(now + LIFETIME, beacon.good_until),
        configuration_version=version.version,
        tariff_version=tariff.version,
        offers=tuple(
            _offer(version.body, kind, rule, tariff.prices[kind], now)
            for kind, rule in version.body.offers.items()
            if kind in tariff.prices
        ),
    )


def _offer(
    municipality: MunicipalityFile, kind: Kind, rule: OfferRule, price: int, now: datetime
) -> Offer:
    closed = is_closed_on(municipality, japan_day(now))
    return Offer(
        kind=kind,
        title=TITLES[kind],
        price=price,
        hours=None if closed else OpeningHours(opens=rule.opens, closes=rule.closes),
        open_now=is_open(municipality, rule, now),
        members=rule.members,
        relationship=rule.relationship,
        honseki=rule.honseki,
        maximum_copies=rule.maximum_copies,
    )
