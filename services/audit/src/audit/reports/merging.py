"""Small counts are merged, so that a number of a report points at nobody.

A reason that was given to fewer than ten people is not told by itself, and neither is the sum of
such reasons while it is below ten; nor may one be found by taking the others from a total, so no
total of refusals is told.
"""

from collections.abc import Mapping

from audit.reports.facts import Refusals

SMALLEST_TOLD = 10


def merged(counts: Mapping[str, int]) -> tuple[Refusals, ...]:
    """Return the refusals as they may be told: the most frequent first, the merged ones last.

    If a single rare reason would stand alone in the merged row, the least frequent other one joins
    it, because the merged row would be its exact count.
    """
    told = sorted(
        ((count, reason) for reason, count in counts.items() if count >= SMALLEST_TOLD),
        key=lambda one: (-one[0], one[1]),
    )
    rare = [count for count in counts.values() if 0 < count < SMALLEST_TOLD]
    if len(rare) == 1 and told:
        rare.append(told.pop()[0])
    rows = [Refusals(reason, count) for count, reason in told]
    if rare:
        total = sum(rare)
        rows.append(Refusals(None, total if total >= SMALLEST_TOLD and len(rare) > 1 else None))
    return tuple(rows)
