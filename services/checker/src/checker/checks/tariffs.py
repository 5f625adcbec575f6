"""What a paper costs is what the configuration in force at that moment says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance, MunicipalityDecision
from checker.fault import Fault, FaultName

_JAPAN = timezone(timedelta(hours=9))
_SHOWN = timedelta(minutes=10)
"""Prices are those of the menu: it holds 5 minutes for a session, and that holds 5 for an order."""
_HEARD = timedelta(seconds=15)
"""How long a replica may take until it has heard of a new version."""


def check_tariffs(evidence: Evidence) -> Iterator[Fault]:
    """Find issuances at another price, of a tariff or a configuration not in force."""
    books = evidence.books
    live = _live(books.municipality_decisions)
    for issuance in books.issuances:
        if issuance.test:
            continue  # of any version, and free: another check says so
        version = (issuance.municipality, issuance.configuration_version)
        configuration = books.configurations.get(version, {})
        price = _price(configuration, issuance)
        if price != issuance.fee:
            what = f"the fee is {issuance.fee} yen, the tariff says {price}"
            yield Fault(name=FaultName.PRICE_WRONG, where=issuance.issuance_id, what=what)
        elif issuance.tariff_version not in _in_force(configuration, issuance):
            what = f"tariff {issuance.tariff_version} was not in force that day"
            yield Fault(name=FaultName.TARIFF_NOT_IN_FORCE, where=issuance.issuance_id, what=what)
        elif not _was_live(live, issuance):
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


_Spans = Mapping[tuple[str, int], Sequence[tuple[datetime, datetime | None]]]


def _live(decisions: Sequence[MunicipalityDecision]) -> _Spans:
    """Return from when to when each version was in force as live; None: it still is.

    In force is the newest decision whose time has come: one ends where the first newer one begins.
    """
    ends: dict[str, datetime] = {}
    spans: dict[tuple[str, int], list[tuple[datetime, datetime | None]]] = {}
    for one in sorted(decisions, key=lambda decision: decision.number, reverse=True):
        end = ends.get(one.municipality)
        if end is not None and end <= one.in_force_from:
            continue
        ends[one.municipality] = one.in_force_from
        if one.state == "live":
            span = one.in_force_from, end
            spans.setdefault((one.municipality, one.version), []).append(span)
    return spans


def _was_live(live: _Spans, issuance: Issuance) -> bool:
    at = issuance.accepted_at
    return any(
        begun <= at and (ended is None or at <= ended + _SHOWN + _HEARD)
        for begun, ended in live.get((issuance.municipality, issuance.configuration_version), ())
    )
