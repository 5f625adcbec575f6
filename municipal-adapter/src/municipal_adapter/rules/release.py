"""Whether a certificate may be released by machine: the first reason against it, or none.

General reasons come before those that the outside can tell apart: whoever is protected never hears
that they are too young or have no seal, and nobody learns from such an answer that they are not.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date

from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
)
from municipal_adapter.records.source import SourceFault, same_name
from municipal_adapter.rules.age import age_on
from municipal_adapter.rules.reasons import RefusalReason

_FAULTS = {
    SourceFault.GAP: RefusalReason.GAP,
    SourceFault.ERASURE_PENDING: RefusalReason.ERASURE_PENDING,
}


@dataclass(frozen=True)
class Stops:
    """What officers have stopped, by the municipality's numbers of the residents."""

    persons: frozenset[str] = field(default=frozenset(), repr=False)
    seals: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Facts:
    """Everything that the rules look at, of one snapshot."""

    today: date
    """Japan's day."""
    minimum_age: int
    card_valid_from: date
    """Japan's day on which the card certificate begins."""
    fault: SourceFault | None
    is_fresh: bool
    mapping_fits: bool
    """Whether the card was registered for a person of this name and birth date."""
    holder: Resident | None
    household: Household | None
    """The holder's, with its members of today."""
    stops: Stops
    tests: frozenset[str] = field(repr=False)
    """Numbers of the municipality's test records."""
    at_test_terminal: bool
    """Whether the card was used where test papers (見本) are printed, and nothing else."""


def why_not_anything(facts: Facts) -> RefusalReason | None:
    """Say why nothing at all may go to the holder, by any machine; None: something may.

    All these reasons share the general refusal.
    """
    return next(_general(facts), None)


def why_not_resident_record(facts: Facts, chosen: Set[str]) -> RefusalReason | None:
    """Say why the record (住民票の写し) of the chosen residents may not go to the holder.

    Args:
        facts: of the holder.
        chosen: numbers of the residents on it.

    """
    reason = why_not_anything(facts)
    if reason is not None or facts.household is None:
        return reason
    if not chosen:
        return RefusalReason.NOBODY_CHOSEN
    if not chosen <= {member.resident_id for member in facts.household.members}:
        return RefusalReason.NOT_A_MEMBER
    return next(_of_the_holder(facts), None)


def why_not_seal(facts: Facts, seal: SealRegistration | None) -> RefusalReason | None:
    """Say why the seal certificate (印鑑登録証明書) may not go to the holder; None: it may."""
    reason = why_not_anything(facts)
    if reason is not None or facts.holder is None:
        return reason
    if facts.holder.resident_id in facts.stops.seals:
        return RefusalReason.SEAL_STOPPED
    reason = next(_of_the_holder(facts), None)
    return reason or _why_not_this_seal(facts.holder, seal)


def _general(facts: Facts) -> Iterator[RefusalReason]:
    if facts.fault is not None:
        yield _FAULTS[facts.fault]
    if not facts.is_fresh:
        yield RefusalReason.STALE
    holder, household = facts.holder, facts.household
    if holder is None or household is None or holder.household_id != household.household_id:
        yield RefusalReason.NO_SUCH_PERSON
        return
    if any(one.household_id != household.household_id for one in household.members):
        yield RefusalReason.UNMAPPABLE
    if not facts.mapping_fits:
        yield RefusalReason.MAPPING_LAPSED
    if holder.status is ResidentStatus.DECEASED:
        yield RefusalReason.DECEASED
    if holder.status is ResidentStatus.MOVED_OUT:
        yield RefusalReason.MOVED_OUT
    numbers = [member.resident_id for member in household.members]
    if holder.resident_id not in numbers:
        yield RefusalReason.NO_SUCH_PERSON
    elif holder not in household.members or len(set(numbers)) != len(numbers):
        # Two entries of one person: nobody can say which one is true.
        yield RefusalReason.UNMAPPABLE
    yield from _of_the_household((holder, *household.members), facts)


def _of_the_household(people: tuple[Resident, ...], facts: Facts) -> Iterator[RefusalReason]:
    """Yield what concerns anybody who lives there, as each of their papers tells the address."""
    if any((one.resident_id in facts.tests) is not facts.at_test_terminal for one in people):
        yield RefusalReason.TEST
    if any(one.status is ResidentStatus.LEAVING for one in people):
        yield RefusalReason.LEAVING
    if any(one.protected for one in people):
        yield RefusalReason.PROTECTED
    if any(one.resident_id in facts.stops.persons for one in people):
        yield RefusalReason.STOPPED
    if any(one.change_pending for one in people):
        yield RefusalReason.CHANGE_PENDING
    if any(_moved_in_on(one) >= facts.today for one in people):
        yield RefusalReason.MOVED_IN_TODAY


def _moved_in_on(one: Resident) -> date:
    """Return the last day of moving in.

    It may lie after `Facts.today`, which right after midnight is still the day of acceptance.
    """
    return max(one.became_resident_on, one.moved_here_on or one.became_resident_on)


def _of_the_holder(facts: Facts) -> Iterator[RefusalReason]:
    """Yield what the holder knows anyway, and may be told."""
    if facts.card_valid_from >= facts.today:
        yield RefusalReason.CARD_ISSUED_TODAY
    if (
        facts.holder is not None
        and age_on(facts.holder.birth_date, facts.today) < facts.minimum_age
    ):
        yield RefusalReason.UNDER_AGE


def _why_not_this_seal(holder: Resident, seal: SealRegistration | None) -> RefusalReason | None:
    if seal is None or seal.resident_id != holder.resident_id:
        return RefusalReason.NO_SEAL
    if seal.status is SealStatus.CANCELLED:
        return RefusalReason.SEAL_CANCELLED
    if seal.status is SealStatus.SUSPENDED:
        return RefusalReason.SEAL_SUSPENDED
    names = [holder.name] if holder.alias is None else [holder.name, holder.alias]
    if not any(same_name(seal.registered_name, name) for name in names):
        return RefusalReason.SEAL_LAPSED
    return None
