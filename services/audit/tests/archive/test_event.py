"""What is kept, what is set aside, and that later builds' events are kept."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from audit.archive.event import ArchivedEvent, Refused, read_again, read_event
from audit_testing.history import History
from audit_testing.parties import CENTRE, NOW
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.events import AuditEvent, event_digest

EVENT = History(7, NOW.date().replace(day=1), 1, 3).events()[0].model_copy(update={"time": NOW})


def _read(value: bytes) -> ArchivedEvent:
    return read_event(value, CENTRE, NOW)


def _with(**changes: Any) -> bytes:
    return canonical_json(json.loads(EVENT.canonical()) | changes)


def test_every_event_of_a_history_is_kept_as_it_is(events: list[AuditEvent]) -> None:
    for event in events:
        row = _read(event.canonical())
        assert (row.event_id, row.subject, row.sequence) == (
            event.id,
            event.subject,
            event.sequence,
        )
        assert row.digest == event_digest(event.canonical())
        assert row == read_again(event.canonical())


def test_events_of_later_builds_are_kept() -> None:
    later = _with(type="madoguchi.issuance.laminated.v3", dataschema="/x", data={"new": [1, {}]})
    assert _read(later).type == "madoguchi.issuance.laminated.v3"


def _nested(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


BAD = {
    "another centre": (_with(source="elsewhere.example"), "foreign"),
    "another system": (_with(type="com.example.thing"), "foreign"),
    "no CloudEvent": (b'{"hello":"world"}', "foreign"),
    "no object": (b"[1]", "poison"),
    "no JSON": (b'{"a":', "poison"),
    "a name twice": (b'{"specversion":"1.0","specversion":"1.0"}', "poison"),
    "no salt": (_with(salt=""), "wrong-schema"),
    "sequence 0": (_with(sequence=0), "wrong-schema"),
    "sequence too large": (_with(sequence=2**31), "wrong-schema"),
    "sequence as text": (_with(sequence="1"), "wrong-schema"),
    "a text with NUL": (_with(subject="a\0b"), "wrong-schema"),
    "a text with a line break": (_with(id="a\nb"), "wrong-schema"),
    "a time long ago": (_with(time="0001-01-01T00:00:00.000Z"), "wrong-schema"),
    "a time to come": (_with(time="2999-01-01T00:00:00.000Z"), "wrong-schema"),
    "the last hour of all": (_with(time="9999-12-31T23:00:00.000Z"), "wrong-schema"),
    "data that are no object": (_with(data=[]), "wrong-schema"),
    "another spelling": (EVENT.canonical() + b"\n", "wrong-schema"),
    "nested": (_with(data={"a": _nested(400)}), "wrong-schema"),
    "a word of the archive": (_with(digest="0" * 64), "wrong-schema"),
    "too large": (_with(data={"a": "x" * 70_000}), "oversized"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_does_not_belong_is_refused_with_its_reason(what: str) -> None:
    value, reason = BAD[what]
    with pytest.raises(Refused) as refused:
        _read(value)
    assert refused.value.reason == reason


def test_nothing_is_nested_so_deep_that_it_is_neither_kept_nor_refused() -> None:
    for levels in range(700, 1000):
        deep = b'{"a":"\\u0061","b":' + b"[" * levels + b"]" * levels + b"}"
        with pytest.raises(Refused):
            _read(deep)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_kept_or_refused(value: bytes) -> None:
    with pytest.raises(Refused):
        _read(value)


@given(
    st.dictionaries(
        st.sampled_from(["id", "source", "type", "subject", "sequence", "time", "salt", "data"]),
        st.none()
        | st.text()
        | st.integers()
        | st.lists(st.integers())
        | st.dictionaries(
            st.sampled_from(["municipality", "terminal", "kind", "build"]),
            st.text() | st.integers(),
        ),
        min_size=1,
    )
)
def test_an_event_with_any_other_fields_is_kept_or_refused(changes: dict[str, Any]) -> None:
    try:
        value = _with(**changes)
    except ValueError:
        return
    try:
        row = _read(value)
    except Refused:
        return
    told = (row.municipality, row.terminal, row.kind, row.build)
    assert all(text is None or text.isprintable() for text in told)
    assert row.time <= datetime(2027, 1, 1, tzinfo=UTC)
