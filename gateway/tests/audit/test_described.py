"""What nobody described is left out of an event, and the event is kept all the same."""

import pytest
from gateway.audit.described import AMISS, described
from madoguchi_wire.event_data.examples import example_data
from madoguchi_wire.events import EventType
from structlog.testing import capture_logs


@pytest.mark.parametrize("kind", EventType)
def test_what_is_described_stays_as_it_is(kind: EventType) -> None:
    assert described(kind, example_data(kind)) == example_data(kind)


@pytest.mark.parametrize("kind", EventType)
def test_what_is_not_described_is_left_out_and_the_log_does_not_repeat_it(kind: EventType) -> None:
    with capture_logs() as logs:
        kept = described(kind, example_data(kind) | {"holder": "見本山 太郎", "見本山 太郎": 1})
    assert kept == example_data(kind)
    assert [line["event"] for line in logs] == [AMISS]
    assert "見本山" not in str(logs)


def test_a_field_that_is_not_what_it_should_be_is_left_out() -> None:
    data = example_data(EventType.ALARM_RAISED) | {"what": "見本山 太郎"}
    with capture_logs() as logs:
        kept = described(EventType.ALARM_RAISED, data)
    assert kept == {"alarm": data["alarm"]}
    assert logs[0]["faults"] == ("what: string_pattern_mismatch",)
