"""What the API description shows of this room."""

from datetime import UTC, datetime

from madoguchi_wire.gateway_api import Menu, MunicipalityListed, Offer, OpeningHours, Words
from madoguchi_wire.order import Kind

from gateway.municipalities.menu import TITLES

LISTED = MunicipalityListed(code="122033", name=Words(ja="市川市", en="Ichikawa City"))
MENU = Menu(
    municipality=LISTED,
    gateway="centre.madoguchi.example",
    challenge="bWFkb2d1Y2hpIGNoYWxsZW5nZQ",
    beacon="bWFkb2d1Y2hpIGJlYWNvbg",
    good_until=datetime(2026, 11, 23, 3, 1, tzinfo=UTC),
    configuration_version=7,
    offers=(
        Offer(
            kind=Kind.RESIDENT_RECORD,
            title=TITLES[Kind.RESIDENT_RECORD],
            price=250,
            tariff_version="2010-02",
            hours=OpeningHours(opens="06:30", closes="23:00"),
            open_now=True,
            members=True,
            relationship=True,
            honseki=True,
            maximum_copies=5,
        ),
    ),
)
