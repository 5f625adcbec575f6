"""What a paper costs is what the configuration in force at that moment says."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance
from checker.fault import Fault, FaultName

_JAPAN = timezone(timedelta(hours=9))
_SESSION = timedelta(minutes=5)
"""Prices are those of the menu with which the session began."""
_HEARD = timedelta(seconds=15)
"""How long a replica may take until it has heard of a new version."""


def check_tariffs(evidence: Evidence) -> Iterator[Fault]:
    """Find issuances at another price, of a tariff or a configuration not in force."""
    books = evidence.books
    for issuance in books.issuances:
        version = (issuance.municipality, issuance.configuration_version)
        tariffs = books.configurations.get(version, {}).get("tariffs", [])
        price = _price(tariffs, issuance)
        if price != issuance.fee:
            what = f"the fee is {issuance.fee} yen, the tariff says {price}"
            yield Fault(name=FaultName.PRICE_WRONG, where=issuance.issuance_id, what=what)
        elif issuance.tariff_version not in _in_force(tariffs, issuance.accepted_at):
            what = f"tariff {issuance.tariff_version} was not in force that day"
            yield Fault(name=FaultName.TARIFF_NOT_IN_FORCE, where=issuance.issuance_id, what=what)
        elif not _was_loaded(books, issuance):
            what = f"configuration {issuance.configuration_version} was not in force then"
            yield Fault(name=FaultName.TARIFF_NOT_IN_FORCE, where=issuance.issuance_id, what=what)


def _price(tariffs: list[dict[str, Any]], issuance: Issuance) -> int | None:
    for tariff in tariffs:
        if tariff["version"] == issuance.tariff_version:
            return tariff["prices"].get(issuance.kind)
    return None


def _in_force(tariffs: list[dict[str, Any]], accepted_at: datetime) -> set[str]:
    """Return the tariffs of the days on which the session may have begun."""
    days = {moment.astimezone(_JAPAN).date() for moment in (accepted_at, accepted_at - _SESSION)}
    found: set[str] = set()
    for day in days:
        begun = [one for one in tariffs if date.fromisoformat(one["from"]) <= day]
        found |= {max(begun, key=lambda one: one["from"])["version"]} if begun else set()
    return found


def _was_loaded(books: Books, issuance: Issuance) -> bool:
    code, version = issuance.municipality, issuance.configuration_version
    loaded = books.loaded_at.get((code, version))
    following = books.loaded_at.get((code, version + 1))
    if loaded is None or loaded > issuance.accepted_at:
        return False
    return following is None or issuance.accepted_at <= following + _SESSION + _HEARD
