from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.event_data import DATA, ReceivedEvent, UndescribedData, check_data
from madoguchi_wire.event_data.examples import example_data, example_event
from madoguchi_wire.events import EventType

PERSON = "見本山 太郎"


def test_every_type_has_a_model_and_every_model_one_type() -> None:
    assert set(DATA) == set(EventType)
    assert len(set(DATA.values())) == len(DATA)


@pytest.mark.parametrize("kind", EventType)
def test_a_producer_may_say_what_is_described_and_nothing_more(kind: EventType) -> None:
    data = example_data(kind)
    check_data(kind, data)
    with pytest.raises(UndescribedData) as told:
        check_data(kind, data | {PERSON: 1, "more": PERSON})
    assert PERSON not in str(told.value)
    assert told.value.fields == {PERSON, "more"}
    assert told.value.faults == ("extra_forbidden",)


@pytest.mark.parametrize("kind", EventType)
@given(name=st.text("見本山架空田太郎花子ミホンヤマ ", min_size=41))
def test_no_field_takes_a_long_text_of_a_person(kind: EventType, name: str) -> None:
    for field in DATA[kind].model_fields:
        with pytest.raises(UndescribedData, match=rf"{field}: "):
            check_data(kind, example_data(kind) | {field: name})


@pytest.mark.parametrize("kind", EventType)
def test_only_words_of_the_configuration_take_japanese_at_all(kind: EventType) -> None:
    takes = set[str]()
    for field in DATA[kind].model_fields:
        try:
            check_data(kind, example_data(kind) | {field: PERSON})
        except UndescribedData:
            continue
        takes.add(field)
    own = {"name"} if kind is EventType.CONFIGURATION_LOADED else set[str]()
    assert takes <= {"place", "tariff_version"} | own


def received(kind: EventType, **changes: Any) -> ReceivedEvent:
    message = example_event(kind).model_dump(mode="json")
    message["data"] |= changes.pop("data", {})
    return ReceivedEvent.of(canonical_json(message | changes))


@pytest.mark.parametrize("kind", EventType)
def test_a_consumer_reads_what_a_newer_producer_says(kind: EventType) -> None:
    data = received(kind, data={"added": [1]}, tracestate="x").described()
    assert data is not None
    assert type(data) is DATA[kind]
    assert data.model_dump(exclude_unset=True) == example_data(kind)


def test_a_consumer_passes_on_types_that_it_does_not_know() -> None:
    event = received(EventType.ISSUANCE_PAID, type="madoguchi.kiosk.opened.v3")
    assert event.described() is None
    assert event.data == example_data(EventType.ISSUANCE_PAID)


def test_a_consumer_is_told_of_a_field_that_every_version_has() -> None:
    event = received(EventType.ISSUANCE_PAID, data={"fee": "much"})
    with pytest.raises(ValueError, match="fee"):
        event.described()
