import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import canonical_json, from_base64url, strict_json, to_base64url

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(JSON)
def test_a_value_has_one_spelling_whatever_the_order_of_its_keys(value: Any) -> None:
    spelled = canonical_json(value)
    again = json.loads(spelled)
    assert again == value
    assert canonical_json(_turned(again)) == spelled


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value)
        return {key: _turned(pairs[key]) for key in reversed(list(pairs))}
    items = cast("list[Any]", value)
    return [_turned(item) for item in items] if isinstance(value, list) else value


@given(st.binary())
def test_bytes_come_back(data: bytes) -> None:
    assert from_base64url(to_base64url(data)) == data


@given(st.text(st.sampled_from("ABab01-_=+/ \n")))
def test_only_the_one_spelling_of_bytes_is_read(text: str) -> None:
    try:
        data = from_base64url(text)
    except ValueError:
        return
    assert to_base64url(data) == text


def test_not_a_number_and_lone_surrogates_are_no_json() -> None:
    for value in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError, match=r".*"):
            canonical_json(value)


@given(JSON)
def test_json_from_outside_is_read_as_it_was_written(value: Any) -> None:
    assert strict_json(canonical_json(value)) == value
    assert strict_json(json.dumps(value, indent=1).encode()) == value


AMBIGUOUS: dict[str, bytes] = {
    "a name twice": b'{"a":1,"a":1}',
    "a name twice, deep inside": b'[{"b":[{"a":1,"c":2,"a":3}]}]',
    "a name twice, once escaped": b'{"a":1,"\\u0061":2}',
    "an empty name twice": b'{"":1,"":2}',
    "NaN": b'{"a":NaN}',
    "Infinity": b"[Infinity]",
    "-Infinity": b"-Infinity",
    "larger than any double": b"1e400",
    "smaller than any double": b"-1e400",
    "too many digits": b"1" * 33,
    "too many digits, negative": b"-" + b"1" * 33,
    "digits without end": b"9" * 6000,
    "lone high surrogate": b'"\\ud800"',
    "lone low surrogate": b'["\\udc00"]',
    "lone surrogate in a name": b'{"\\udfff":1}',
    "surrogates in the wrong order": b'"\\udc00\\ud800"',
    "surrogate in UTF-8": b'"\xed\xa0\x80"',
    "overlong UTF-8": b'"\xc0\xaf"',
    "not UTF-8": b'"\xff"',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "UTF-16 without mark": '{"a":1}'.encode("utf-16-le"),
    "UTF-32": '{"a":1}'.encode("utf-32"),
    "nested without end": b"[" * 100_000,
    "nested deeply": b"[" * 50_000 + b"]" * 50_000,
    "nested objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "NUL behind": b"{}\0",
    "NUL in a text": b'"a\0b"',
    "comment": b"{}//",
    "single quotes": b"{'a':1}",
    "comma at the end": b"[1,]",
    "two values": b"{}{}",
    "nothing": b"",
    "hexadecimal": b"0x10",
    "leading zero": b"01",
    "plus": b"+1",
}


@pytest.mark.parametrize("data", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_json_that_others_may_read_as_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        strict_json(data)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_are_a_value_error_and_nothing_else(data: bytes) -> None:
    try:
        strict_json(data)
    except ValueError:
        return
    json.loads(data)
