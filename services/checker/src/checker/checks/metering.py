"""One metering record for each completed issuance, with its amount, and none else."""

from collections import Counter
from collections.abc import Iterator

from checker.checks.life import is_completed
from checker.evidence.evidence import Evidence
from checker.evidence.rows import Issuance, MeteringRecord
from checker.fault import Fault, FaultName

_SAME = (
    *("municipality", "accepted_on", "kind", "chain", "site", "place", "channel"),
    *("commission", "tariff_version", "configuration_version"),
)


def check_metering(evidence: Evidence) -> Iterator[Fault]:
    """Find records that are missing, too many or untrue."""
    issuances = (one for one in evidence.books.issuances if not one.test)
    completed = {one.issuance_id: one for one in issuances if is_completed(one)}
    counted = Counter(record.issuance_id for record in evidence.books.metering)
    for issuance in completed:
        if counted[issuance] == 0:
            what = "it is completed and not metered"
            yield Fault(name=FaultName.METERING_MISSING, where=issuance, what=what)
    for record in evidence.books.metering:
        issuance = completed.get(record.issuance_id)
        if issuance is None or counted[record.issuance_id] > 1:
            what = "it is metered twice" if issuance else "it is metered and not completed"
            yield Fault(name=FaultName.METERING_EXCESS, where=record.issuance_id, what=what)
        else:
            yield from _compare(record, issuance)


def _compare(record: MeteringRecord, issuance: Issuance) -> Iterator[Fault]:
    fields = [field for field in _SAME if getattr(record, field) != getattr(issuance, field)]
    if record.yen != issuance.fee:
        fields.append(f"yen: {record.yen}, the fee is {issuance.fee}")
    for field in fields:
        yield Fault(name=FaultName.METERING_DIFFERS, where=record.issuance_id, what=field)
