"""What was delivered and later voided: a paper may be out, and is owed until it is explained.

By its chain; of a municipality's own machine it is a loss of its own.
"""

from collections.abc import Iterator

from checker.evidence.rows import Issuance
from checker.reconciliation.dues import is_due
from checker.reconciliation.model import Difference, Named, Owed, Party
from checker.reconciliation.sources import OWN_MACHINE, Sources, entered_on


def owed(sources: Sources) -> Iterator[Owed]:
    """Return what nobody has explained."""
    for one in _voided(sources):
        if one.issuance_id not in explained(sources):
            printed = sources.printed.get(one.terminal)
            yield Owed(
                issuance=one.issuance_id,
                day=one.accepted_on,
                municipality=one.municipality,
                chain=one.chain,
                terminal=one.terminal,
                yen=one.fee,
                reason=one.void_reason,
                money=one.money,
                printed=one.issuance_id in printed if printed is not None else None,
                own_machine=one.channel == OWN_MACHINE,
            )


def explained(sources: Sources) -> frozenset[str]:
    """Return the issuances that a named person explained."""
    billing = sources.books.billing
    return billing.explained if billing is not None else frozenset()


def differences(sources: Sources) -> Iterator[Named]:
    """Name what should be explained by now, and claims that billing lacks or has invented."""
    owing = {one.issuance_id: one for one in _voided(sources)}
    for where, one in owing.items():
        if where not in explained(sources) and is_due(entered_on(one), sources.today):
            what = "it was delivered and voided, and nobody has explained it"
            yield _named(one, Difference.NOT_EXPLAINED, -one.fee, what)
    yield from _claims(owing, sources)


def _claims(owing: dict[str, Issuance], sources: Sources) -> Iterator[Named]:
    billing = sources.books.billing
    if billing is None:
        return
    for where, one in owing.items():
        if where not in billing.claimed and _is_closed(one, sources):
            what = "it was delivered and voided, its day is closed, and nobody claims it"
            yield _named(one, Difference.LACKS, -one.fee, what)
    for where in sorted(billing.claimed - owing.keys()):
        issuance = sources.issuances.get(where)
        if issuance is not None:
            what = f"it is claimed as delivered and voided, and it is {issuance.state}"
            yield _named(issuance, Difference.HAS_MORE, issuance.fee, what)


def _is_closed(one: Issuance, sources: Sources) -> bool:
    billing = sources.books.billing
    if billing is None or billing.last_day is None or billing.closed_at is None:
        return False
    ended = one.ended_at is not None and one.ended_at <= billing.closed_at
    return one.accepted_on <= billing.last_day and ended


def _voided(sources: Sources) -> Iterator[Issuance]:
    for one in sources.books.issuances:
        if one.state == "voided" and one.delivered_at is not None and not one.test:
            yield one


def _named(one: Issuance, difference: Difference, yen: int, what: str) -> Named:
    return Named(
        party=Party.BILLED,
        difference=difference,
        day=one.accepted_on,
        municipality=one.municipality,
        issuance=one.issuance_id,
        terminal=one.terminal,
        chain=one.chain,
        yen=yen,
        what=what,
    )
