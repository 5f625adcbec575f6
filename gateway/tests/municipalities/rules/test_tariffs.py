"""A tariff begins at Japan's midnight and lasts until the next one begins."""

from datetime import UTC, datetime, timedelta

import pytest
from gateway.municipalities.rules.configuration import MunicipalityFile
from gateway.municipalities.rules.tariffs import tariff_at
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.clock import JAPAN, japan_day
from madoguchi_wire.errors import OfferRefused

FIRST = datetime.fromisoformat("2010-02-02")
LAST = datetime.fromisoformat("2040-01-01")


def test_the_price_changes_at_midnight_in_japan(ichikawa: MunicipalityFile) -> None:
    midnight = datetime(2011, 4, 1, tzinfo=JAPAN)
    assert tariff_at(ichikawa, midnight - timedelta(milliseconds=1)).version == "2010-02"
    assert tariff_at(ichikawa, midnight).version == "2011-04"


def test_before_the_first_tariff_nothing_is_offered(ichikawa: MunicipalityFile) -> None:
    with pytest.raises(OfferRefused):
        tariff_at(ichikawa, datetime(2010, 2, 1, 14, 59, tzinfo=UTC))


@given(
    first=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    later=st.timedeltas(timedelta(0), timedelta(days=4000)),
)
def test_tariffs_never_go_back_and_never_lie_ahead(
    ichikawa: MunicipalityFile, first: datetime, later: timedelta
) -> None:
    earlier, after = tariff_at(ichikawa, first), tariff_at(ichikawa, first + later)
    assert earlier.valid_from <= after.valid_from <= japan_day(first + later)
