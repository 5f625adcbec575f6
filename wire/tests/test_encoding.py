"""One spelling: equal values have equal bytes, and only one text decodes to given bytes."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.encoding import canonical_json, from_base64url, to_base64url

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, list):
        return [shuffled(item, order) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, dict):
        return value
    items: list[Any] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]
    order.shuffle(items)
    return {name: shuffled(item, order) for name, item in items}


@given(VALUES, st.randoms(use_true_random=False))
def test_canonical_json_has_one_spelling_whatever_the_order_of_keys(
    value: Any, order: random.Random
) -> None:
    spelled = canonical_json(value)
    assert json.loads(spelled) == value
    assert canonical_json(shuffled(value, order)) == spelled
    assert canonical_json(json.loads(spelled)) == spelled


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, float("nan"), float("inf")])
def test_what_json_cannot_say_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"surrogates|Out of range"):
        canonical_json(value)


@given(st.binary())
def test_base64url_comes_back(data: bytes) -> None:
    text = to_base64url(data)
    assert "=" not in text
    assert from_base64url(text) == data


@given(st.text("ABCZabcz019-_+/= \n.é", max_size=12))
def test_bytes_have_one_spelling_in_base64url(text: str) -> None:
    try:
        data = from_base64url(text)
    except ValueError:
        return
    assert to_base64url(data) == text


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "Q+", "Q/", "QQ\n", " QQ", "ＱＱ"])
def test_another_spelling_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        from_base64url(text)
