"""Tariffs by date."""

from datetime import datetime

from madoguchi_wire.clock import japan_day
from madoguchi_wire.errors import OfferRefused

from gateway.municipalities.rules.configuration import MunicipalityFile, Tariff


def tariff_at(municipality: MunicipalityFile, moment: datetime) -> Tariff:
    """Return the tariff in force on Japan's day of `moment`.

    Raises:
        OfferRefused: the first tariff has not begun.

    """
    day = japan_day(moment)
    begun = [tariff for tariff in municipality.tariffs if tariff.valid_from <= day]
    if not begun:
        raise OfferRefused("The municipality has not begun to issue at stores.")
    return begun[-1]
