"""Whether a certificate may be released by machine, and why not."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from municipal_adapter.records.model import (
    Household,
    Resident,
    ResidentStatus,
    SealRegistration,
    SealStatus,
)


class RefusalReason(StrEnum):
    """Why no certificate is released. For the adapter alone: callers hear one answer for all.

    Which reason it was, above all protection measures, must not show to whoever stands at the
    terminal (domain §11).
    """

    NO_SUCH_PERSON = "no_such_person"
    MOVED_OUT = "moved_out"
    LEAVING = "leaving"
    MAPPING_LAPSED = "mapping_lapsed"
    """The card is registered for somebody of another name or birth date than its resident has."""
    DECEASED = "deceased"
    PROTECTED = "protected"
    UNDER_AGE = "under_age"
    NOBODY_CHOSEN = "nobody_chosen"
    NOT_A_MEMBER = "not_a_member"
    NO_SEAL = "no_seal"
    SEAL_CANCELLED = "seal_cancelled"


def age_on(birth: date, day: date) -> int:
    """Return a person's age in full years (年齢計算ニ関スル法律).

    A year is full at the end of the day before the birthday (明治35年法律第50号, 民法143条), which
    for certificates counts as of the birthday itself; someone born on 29 February is a year older
    from 1 March of a common year on, when 28 February has ended.
    """
    try:
        birthday = birth.replace(year=day.year)
    except ValueError:
        birthday = date(day.year, 2, 28) + timedelta(days=1)
    return day.year - birth.year - (day < birthday)


def why_not_resident_record(
    holder: Resident | None,
    household: Household | None,
    chosen: Sequence[Resident],
    today: date,
    minimum_age: int,
) -> RefusalReason | None:
    """Say why the chosen members' record (住民票の写し) may not go to the holder; None: it may."""
    reason = _why_not_holder(holder, household, today, minimum_age)
    if reason is not None or household is None:
        return reason
    if not chosen:
        return RefusalReason.NOBODY_CHOSEN
    members = {member.resident_id for member in household.members}
    ids = [resident.resident_id for resident in chosen]
    if len(set(ids)) != len(ids) or not members.issuperset(ids):
        return RefusalReason.NOT_A_MEMBER
    return None


def why_not_seal(
    holder: Resident | None,
    household: Household | None,
    seal: SealRegistration | None,
    today: date,
    minimum_age: int,
) -> RefusalReason | None:
    """Say why the seal certificate (印鑑登録証明書) may not go to the holder; None: it may."""
    reason = _why_not_holder(holder, household, today, minimum_age)
    if reason is not None or holder is None:
        return reason
    if seal is None or seal.resident_id != holder.resident_id:
        return RefusalReason.NO_SEAL
    return None if seal.status is SealStatus.ACTIVE else RefusalReason.SEAL_CANCELLED


def _why_not_holder(
    holder: Resident | None, household: Household | None, today: date, minimum_age: int
) -> RefusalReason | None:
    if holder is None or household is None or holder.household_id != household.household_id:
        return RefusalReason.NO_SUCH_PERSON
    if holder.status is ResidentStatus.DECEASED:
        return RefusalReason.DECEASED
    if holder.status is ResidentStatus.MOVED_OUT:
        return RefusalReason.MOVED_OUT
    if holder.protected or any(member.protected for member in household.members):
        return RefusalReason.PROTECTED
    if holder.resident_id not in {member.resident_id for member in household.members}:
        return RefusalReason.NO_SUCH_PERSON
    if age_on(holder.birth_date, today) < minimum_age:
        return RefusalReason.UNDER_AGE
    return None
