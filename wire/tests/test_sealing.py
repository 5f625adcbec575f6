"""What is sealed opens with the one key, for the one purpose, unchanged; never else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madoguchi_wire.errors import NotForThisKey
from madoguchi_wire.sealing import (
    OpeningKey,
    SealingSuite,
    check_public_key,
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


P = 2**255 - 19
OF_SMALL_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    P - 1,
]
OTHER_SPELLINGS = [P, P + 1, P + 9, 2**255 - 1, 9 + 2**255, 2**256 - 1]


@pytest.mark.parametrize("suite", SealingSuite)
def test_only_a_key_that_can_be_sealed_to_and_opened_with_is_a_key(suite: SealingSuite) -> None:
    public = KEYS[suite].public
    check_public_key(public, suite)
    weak = [public[:-32] + u.to_bytes(32, "little") for u in OF_SMALL_ORDER + OTHER_SPELLINGS]
    for wrong in (b"", b"\0" * 32, public[:-1], public + b"\0", b"\xff" * len(public), *weak):
        with pytest.raises(ValueError, match=r".*"):
            check_public_key(wrong, suite)


def test_the_lattice_half_of_a_hybrid_key_is_checked_too() -> None:
    suite = SealingSuite.MLKEM768_X25519
    for half in (b"\xff" * 1184, b"\xff\xff\xff" + KEYS[suite].public[3:1184]):
        with pytest.raises(ValueError, match=r".*"):
            check_public_key(half + KEYS[suite].public[1184:], suite)


@pytest.mark.parametrize("suite", SealingSuite)
def test_the_key_part_of_one_sealed_text_opens_no_other(suite: SealingSuite) -> None:
    sealed, other = SEALED[suite], seal(PLAIN[::-1], KEYS[suite].public, suite, INFO)
    for cut in range(1, len(sealed)):
        with pytest.raises(NotForThisKey):
            KEYS[suite].open(other[:cut] + sealed[cut:], INFO)


@given(SUITES, st.text("ab0", max_size=6), st.text("ab0", max_size=6))
def test_issuance_and_order_cannot_change_places(
    suite: SealingSuite, issuance: str, order: str
) -> None:
    sealed = seal(PLAIN, KEYS[suite].public, suite, document_info(issuance, order))
    others = {document_info(order, issuance), household_info(issuance, order), b""}
    for info in others - {document_info(issuance, order)}:
        with pytest.raises(NotForThisKey):
            KEYS[suite].open(sealed, info)


@given(st.text("ab\n", max_size=4), st.text("ab\n", max_size=4), st.text("ab\n", max_size=4))
def test_infos_never_meet(one: str, other: str, third: str) -> None:
    assert document_info(one, other) != household_info(one, other)
    if other != third:
        assert document_info(one, other) != document_info(one, third)
        assert household_info(other, one) != household_info(third, one)
    if other:
        assert document_info(one + other, third) != document_info(one, other + third)
