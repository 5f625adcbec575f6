import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import canonical_json, from_base64url, to_base64url

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
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
