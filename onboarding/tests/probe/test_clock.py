"""The Date of an adapter's answers, in each spelling that HTTP and mail know."""

from datetime import UTC, datetime

import pytest
from madoguchi.conformance.verdicts import Failed
from madoguchi.probe.clock import check_date

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000", ""])
def test_a_date_is_utc_in_any_spelling_and_judged_as_such(zone: str) -> None:
    check_date(f"Fri, 27 Nov 2026 15:00:00 {zone}", NOW, NOW)
    with pytest.raises(Failed):
        check_date(f"Fri, 27 Nov 2026 15:00:09 {zone}", NOW, NOW)
