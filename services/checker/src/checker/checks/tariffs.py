"""What a paper costs is what the configuration in force at that moment says."""

from collections.abc import Iterator
from datetime import date, timedelta, timezone
from typing import Any

from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance
from checker.fault import Fault, FaultName

_JAPAN = timezone(timedelta(hours=9))
_SHOWN = timedelta(minutes=10)
"""Prices are those of the menu: it holds 5 minutes for a session, and that holds 5 for an order."""
_HEARD = timedelta(seconds=15)
"""How long a replica may take until it has heard of a new version."""


def check_tariffs(evidence: Evidence) -> Iterator[Fault]:
    """Find issuances at another price, of a tariff or a configuration not in force."""
    books = evidence.books
    for issuance in books.issuances:
        version = (issuance.municipality, issuance.configuration_version)
        configuration = books.configurations.get(version, {})
        price = _price(configuration, issuance)
        if price != issuance.fee:
            what = f"the fee is {issuance.fee} yen, the tariff says {price}"
            yield Fault(name=FaultName.PRICE_WRONG, where=issuance.issuance_id, what=what)
        elif issuance.tariff_version not in _in_force(configuration, issuance):
            what = f"tariff {issuance.tariff_version} was not in force that day"
            yield Fault(name=FaultName.TARIFF_NOT_IN_FORCE, where=issuance.issuance_id, what=what)
        elif not _was_loaded(books, issuance):
            what = f"configuration {issuance.configuration_version} was not in force then"
            yield Fault(name=FaultName.TARIFF_NOT_IN_FORCE, where=issuance.issuance_id, what=what)


def _price(configuration: dict[str, Any], issuance: Issuance) -> int | None:
    for period in (*configuration.get("tariffs", []), *configuration.get("campaigns", [])):
        if period["version"] == issuance.tariff_version:
            return _yen(period, issuance)
    return None


def _yen(period: dict[str, Any], issuance: Issuance) -> int | None:
    """Return what a tariff or campaign asks for: a city's own machines may have own prices."""
    prices: dict[str, int] = dict(period["prices"])
    if issuance.channel == "city_machine":
        prices |= period.get("city_machine_prices", {})
    return prices.get(issuance.kind)


def _in_force(configuration: dict[str, Any], issuance: Issuance) -> set[str]:
    """Return what set the price on the days on which the menu may have been shown."""
    moments = (issuance.accepted_at, issuance.accepted_at - _SHOWN)
    days = {moment.astimezone(_JAPAN).date() for moment in moments}
    return {version for day in days for version in _of_day(configuration, issuance, day)}


def _of_day(configuration: dict[str, Any], issuance: Issuance, day: date) -> Iterator[str]:
    campaigns = [
        one
        for one in configuration.get("campaigns", [])
        if _covers(one, day) and _yen(one, issuance) is not None
    ]
    if campaigns:
        yield from (one["version"] for one in campaigns)
        return
    begun = [one for one in configuration.get("tariffs", []) if _covers(one | {"until": None}, day)]
    newest = max(begun, key=lambda one: one["from"], default=None)
    if newest is not None and _covers(newest, day):
        yield newest["version"]


def _covers(period: dict[str, Any], day: date) -> bool:
    last = period.get("until")
    return date.fromisoformat(period["from"]) <= day and (
        last is None or day <= date.fromisoformat(last)
    )


def _was_loaded(books: Books, issuance: Issuance) -> bool:
    code, version = issuance.municipality, issuance.configuration_version
    loaded = books.loaded_at.get((code, version))
    following = books.loaded_at.get((code, version + 1))
    if loaded is None or loaded > issuance.accepted_at:
        return False
    return following is None or issuance.accepted_at <= following + _SHOWN + _HEARD
