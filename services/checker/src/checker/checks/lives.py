"""Every issuance has ended in time, once, at the place that its configuration says."""

from collections.abc import Iterator
from typing import Any

from checker.checks.life import FINAL, may_be_open
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Books, Issuance
from checker.fault import Fault, FaultName


def check_lives(evidence: Evidence) -> Iterator[Fault]:
    """Find issuances without an end, doubled, or with another place."""
    yield from _check_single(evidence.books)
    for issuance in evidence.books.issuances:
        if issuance.state not in FINAL and not may_be_open(issuance, evidence.now):
            what = f"it is {issuance.state}, and its time is over"
            yield Fault(name=FaultName.ISSUANCE_NOT_ENDED, where=issuance.issuance_id, what=what)
        yield from _check_place(issuance, evidence.books)


def _check_single(books: Books) -> Iterator[Fault]:
    first: dict[tuple[str, int], str] = {}
    for issuance in books.issuances:
        copy = (issuance.order_digest, issuance.copy_number)
        if first.setdefault(copy, issuance.issuance_id) != issuance.issuance_id:
            what = f"copy {issuance.copy_number} of its order has another issuance, too"
            yield Fault(name=FaultName.ISSUED_TWICE, where=issuance.issuance_id, what=what)


def _check_place(issuance: Issuance, books: Books) -> Iterator[Fault]:
    version = (issuance.municipality, issuance.configuration_version)
    configuration = books.configurations.get(version, {})
    site = books.sites.get(issuance.site)
    place = _place(configuration, site.municipality) if site else None
    if site is None or place != issuance.place or site.chain != issuance.chain:
        what = "site, chain and place do not belong together"
        yield Fault(name=FaultName.PLACE_WRONG, where=issuance.issuance_id, what=what)
    elif books.terminal_sites.get(issuance.terminal) != issuance.site:
        what = "the terminal does not stand at this site"
        yield Fault(name=FaultName.PLACE_WRONG, where=issuance.issuance_id, what=what)


def _place(configuration: dict[str, Any], site_municipality: str) -> str | None:
    for row in configuration.get("places", ()):
        if _matches(row, site_municipality):
            return row["label"]
    return None


def _matches(row: dict[str, Any], code: str) -> bool:
    municipalities, prefectures = row.get("municipalities"), row.get("prefectures")
    span = row.get("municipality_range")
    if not (municipalities or prefectures or span):
        return True
    if span and span[0] <= code <= span[1]:
        return True
    return code in (municipalities or ()) or code[:2] in (prefectures or ())
