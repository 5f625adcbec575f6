"""What is sealed opens with the one key, for the one purpose, unchanged; never else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.sealing import (
    OpeningKey,
    SealingSuite,
    document_info,
    household_info,
    seal,
)

KEYS = {suite: OpeningKey(suite) for suite in SealingSuite}
OTHERS = {suite: OpeningKey(suite) for suite in SealingSuite}
PLAIN = "住民票の写し".encode()
INFO = document_info("an issuance", "an order")
SEALED = {suite: seal(PLAIN, KEYS[suite].public, suite, INFO) for suite in SealingSuite}
SUITES = st.sampled_from(SealingSuite)


@given(SUITES, st.binary(max_size=500), st.binary(max_size=50))
def test_the_key_opens_what_was_sealed_to_it(
    suite: SealingSuite, plain: bytes, info: bytes
) -> None:
    sealed = seal(plain, KEYS[suite].public, suite, info)
    assert KEYS[suite].open(sealed, info) == plain
    assert seal(plain, KEYS[suite].public, suite, info) != sealed


@given(SUITES, st.data())
def test_any_changed_byte_is_refused(suite: SealingSuite, data: st.DataObject) -> None:
    sealed = SEALED[suite]
    place = data.draw(st.integers(0, len(sealed) - 1))
    change = data.draw(st.integers(1, 255))
    changed = sealed[:place] + bytes([sealed[place] ^ change]) + sealed[place + 1 :]
    with pytest.raises(NotForThisKey):
        KEYS[suite].open(changed, INFO)


@given(SUITES, st.data())
def test_anything_cut_off_or_added_is_refused(suite: SealingSuite, data: st.DataObject) -> None:
    sealed = SEALED[suite]
    added = data.draw(st.binary(max_size=20))
    changed = sealed[: data.draw(st.integers(0, len(sealed)))] + added
    if changed != sealed:
        with pytest.raises(NotForThisKey):
            KEYS[suite].open(changed, INFO)


@given(SUITES, st.binary(max_size=100))
def test_another_purpose_is_refused(suite: SealingSuite, info: bytes) -> None:
    with pytest.raises(NotForThisKey):
        KEYS[suite].open(SEALED[suite], info)


@pytest.mark.parametrize("suite", SealingSuite)
def test_another_key_and_another_suite_are_refused(suite: SealingSuite) -> None:
    for key in (OTHERS[suite], *(KEYS[other] for other in SealingSuite if other is not suite)):
        with pytest.raises(NotForThisKey):
            key.open(SEALED[suite], INFO)


@pytest.mark.parametrize("suite", SealingSuite)
def test_bytes_that_are_no_public_key_of_the_suite_are_a_value_error(suite: SealingSuite) -> None:
    public = KEYS[suite].public
    others = [KEYS[other].public for other in SealingSuite if other is not suite]
    for wrong in (b"", b"\0" * 31, public[:-1], public + b"\0", *others):
        with pytest.raises(ValueError, match=r".*"):
            seal(PLAIN, wrong, suite, INFO)


@pytest.mark.parametrize("suite", SealingSuite)
def test_a_key_that_would_make_the_secret_known_is_a_value_error(suite: SealingSuite) -> None:
    of_small_order = KEYS[suite].public[:-32] + bytes(32)
    with pytest.raises(ValueError, match=r".*"):
        seal(PLAIN, of_small_order, suite, INFO)


@given(st.text("ab\n", max_size=4), st.text("ab\n", max_size=4), st.text("ab\n", max_size=4))
def test_infos_never_meet(one: str, other: str, third: str) -> None:
    assert document_info(one, other) != household_info(one, other)
    if other != third:
        assert document_info(one, other) != document_info(one, third)
        assert household_info(other, one) != household_info(third, one)
    if other:
        assert document_info(one + other, third) != document_info(one, other + third)
