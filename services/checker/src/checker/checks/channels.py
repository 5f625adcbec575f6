"""The channel of a paper is its site's, the commission the chain's that day, and both may be."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance
from checker.fault import Fault, FaultName

_CHANNELS = {"store": "store", "city": "city_machine"}


def check_channels(evidence: Evidence) -> Iterator[Fault]:
    """Find issuances of another channel or commission, and where nobody was to collect fees."""
    books = evidence.books
    newest = _newest(books)
    for issuance in books.issuances:
        where, site = issuance.issuance_id, books.sites.get(issuance.site)
        if site is not None and issuance.channel != _CHANNELS[site.type]:
            what = f"{issuance.channel}, and the site is of type {site.type}"
            yield Fault(name=FaultName.CHANNEL_WRONG, where=where, what=what)
        if issuance.test:
            continue  # nothing is collected
        commission = _commission(books, issuance)
        if issuance.commission != commission:
            what = f"{issuance.commission} yen, the chain's rate is {commission}"
            yield Fault(name=FaultName.COMMISSION_WRONG, where=where, what=what)
        if issuance.channel == "city_machine":
            if site is not None and site.municipality != issuance.municipality:
                what = "at the machine of another municipality"
                yield Fault(name=FaultName.NOT_DESIGNATED, where=where, what=what)
        elif not _is_designated(newest.get(issuance.municipality, {}), issuance):
            what = f"{issuance.chain} on {issuance.accepted_on}"
            yield Fault(name=FaultName.NOT_DESIGNATED, where=where, what=what)


def _commission(books: Books, issuance: Issuance) -> int:
    if issuance.channel == "city_machine":
        return 0
    begun = [
        (rate.valid_from, rate.yen)
        for rate in books.rates
        if rate.chain == issuance.chain and rate.valid_from <= issuance.accepted_on
    ]
    return max(begun)[1] if begun else 0


def _newest(books: Books) -> dict[str, dict[str, Any]]:
    """Return each municipality's newest file: it says of the past, too, who was designated."""
    numbered = sorted(books.configurations.items(), key=lambda one: one[0])
    return {code: configuration for (code, _), configuration in numbered}


def _is_designated(configuration: dict[str, Any], issuance: Issuance) -> bool:
    for one in configuration.get("collectors", []):
        last = date.fromisoformat(one["until"]) if "until" in one else date.max
        first = date.fromisoformat(one["from"])
        if one["chain"] == issuance.chain and first <= issuance.accepted_on <= last:
            return True
    return False
