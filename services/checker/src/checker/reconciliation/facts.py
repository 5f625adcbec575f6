"""What decides who gets what of a paper, as each party tells it, against its issuance.

Sums alone would not show a commission that somebody raised, or a paper put down to another chain.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checker.checks.life import is_completed
from checker.evidence.billing import BilledPaper
from checker.evidence.rows import Issuance, MeteringRecord
from checker.reconciliation.comparing import SAID
from checker.reconciliation.model import Difference, Named, Party
from checker.reconciliation.sources import Sources

_FACTS = ("kind", "channel", "chain", "site", "place", "commission", "tariff_version")
_LATER = frozenset({"channel", "commission"})
"""Events of before these were counted do not say them."""
Facts = Mapping[str, object]


def differences(sources: Sources) -> Iterator[Named]:
    """Name each completed paper of which a party tells other facts."""
    for party, tell in _TELLING.items():
        for where, told in tell(sources):
            issuance = sources.issuances.get(where)
            if issuance is not None and is_completed(issuance):
                yield from _compared(party, issuance, told)


def _compared(party: Party, issuance: Issuance, told: Facts) -> Iterator[Named]:
    other = [
        f"{name} {told[name]}, and not {getattr(issuance, name)}"
        for name in _FACTS
        if name in told and told[name] != getattr(issuance, name)
    ]
    if other:
        yield Named(
            party=party,
            difference=Difference.OTHER_FACTS,
            day=issuance.accepted_on,
            municipality=issuance.municipality,
            issuance=issuance.issuance_id,
            terminal=issuance.terminal,
            chain=issuance.chain,
            yen=0,
            what=f"its {SAID[party]} says {'; '.join(other)}",
        )


def _metered(sources: Sources) -> Iterator[tuple[str, Facts]]:
    for one in sources.books.metering:
        yield one.issuance_id, _of(one)


def _billed(sources: Sources) -> Iterator[tuple[str, Facts]]:
    if sources.books.billing is not None:
        for one in sources.books.billing.papers:
            yield one.issuance_id, _of(one)


def _audited(sources: Sources) -> Iterator[tuple[str, Facts]]:
    for event in sources.completions:
        yield event.subject, _said(event.data)


def _of(one: MeteringRecord | BilledPaper) -> Facts:
    return {name: getattr(one, name) for name in _FACTS}


def _said(data: Mapping[str, Any]) -> Facts:
    """Return what an event says; one that says nothing of a later fact tells nothing of it."""
    told = {name: data.get(name) for name in _FACTS}
    return {name: one for name, one in told.items() if one is not None or name not in _LATER}


_TELLING: dict[Party, Callable[[Sources], Iterator[tuple[str, Facts]]]] = {
    Party.METERED: _metered,
    Party.BILLED: _billed,
    Party.AUDITED: _audited,
}
