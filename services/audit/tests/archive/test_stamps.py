"""Where a day begins is what the stamps say themselves, whatever the columns say."""

from datetime import date, timedelta

import pytest
from audit.archive.stamps import last_before, stamps_in_order
from audit_testing.harming import harm
from audit_testing.parties import CENTRE
from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.signed import unverified_payload
from madoguchi_wire.stamps import Stamp, StampRecord


def _days(stamps: list[StampRecord]) -> list[date]:
    return [japan_day(Stamp.parsed(unverified_payload(one.stamp)).stamped_at) for one in stamps]


@pytest.mark.parametrize("gaps", [(), (1, 2, 20, 21, 22, 46)], ids=["whole", "with gaps"])
async def test_the_last_stamp_before_any_day_is_found(
    archive: Connection, stamps: list[StampRecord], gaps: tuple[int, ...]
) -> None:
    await harm(archive, "UPDATE stamp_records SET stamped_at = '2026-01-01'")
    await harm(archive, "DELETE FROM stamp_records WHERE number = ANY ($1)", gaps)
    days = [(n, day) for n, day in enumerate(_days(stamps), start=1) if n not in gaps]
    for offset in range(-1, 65, 3):
        day = date(2026, 4, 1) + timedelta(days=offset)
        async with archive.transaction():
            before = await last_before(archive, CENTRE, day)
            there = [one.number async for one in stamps_in_order(archive, CENTRE, day, day)]
        found = None if before is None else before.number
        assert found == max((n for n, made in days if made < day), default=None)
        assert there == [n for n, made in days if made == day]
