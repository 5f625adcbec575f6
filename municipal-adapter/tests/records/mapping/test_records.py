"""Rows of a municipality's system made into our records."""

import base64
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipal_adapter.records.mapping.records import (
    HouseholdFields,
    ResidentFields,
    SealFields,
)
from municipal_adapter.records.model import ResidentStatus, SealStatus, Sex
from municipal_adapter.records.source import UnmappableRecord
from municipal_adapter_testing.pictures import BAD_PICTURES, drawn
from pydantic import ValidationError

STATUSES = {None: "current", 1: "leaving", 2: "moved_out", 9: "deceased"}
FIELDS: dict[str, Any] = {
    "resident_id": "宛名番号",
    "household_id": "世帯番号",
    "name": "氏名",
    "name_kana": "person.kana",
    "alias": {"from": "通称", "optional": True},
    "birth_date": {"from": "生年月日", "era_date": True},
    "sex": {"from": "性別", "codes": {1: "男", 2: "女"}},
    "relationship": {"from": "続柄", "codes": {"02": "世帯主", 11: "妻"}},
    "became_resident_on": "住民日",
    "moved_here_on": "住定日",
    "previous_address": "前住所",
    "honseki": {"join": ["本籍県", "本籍地", {"from": "本籍方書", "optional": True}], "with": " "},
    "family_head": "筆頭者",
    "status": {"from": "異動", "codes": STATUSES},
    "change_pending": {"constant": False},
    "protected": {
        "any_of": ["住民票", {"from": "附票", "codes": {"Y": True, None: False}}, "戸籍"]
    },
}
ROW: dict[str, Any] = {
    "宛名番号": 1234567,
    "世帯番号": Decimal(77),
    "氏名": "試験 一郎　　",
    "person": {"kana": "シケン イチロウ"},
    "生年月日": "S55.01.02",
    "性別": "1 ",
    "続柄": "02",
    "住民日": "2001-04-01",
    "住定日": None,
    "前住所": "",
    "本籍県": "試験県",
    "本籍地": "試験市",
    "本籍方書": "",
    "筆頭者": None,
    "異動": " ",
    "住民票": 0,
    "附票": None,
    "戸籍": False,
}


def test_a_row_becomes_a_resident() -> None:
    resident = ResidentFields.model_validate(FIELDS).resident(ROW)
    assert (resident.resident_id, resident.household_id) == ("1234567", "77")
    assert (resident.name, resident.name_kana) == ("試験 一郎", "シケン イチロウ")
    assert (resident.alias, resident.previous_address, resident.moved_here_on) == (None, None, None)
    assert (resident.birth_date, resident.sex) == (date(1980, 1, 2), Sex.MALE)
    assert (resident.relationship, resident.honseki) == ("世帯主", "試験県 試験市")
    assert (resident.family_head, resident.status) == ("", ResidentStatus.CURRENT)
    assert (resident.change_pending, resident.protected) == (False, False)


@pytest.mark.parametrize("set_", [{"住民票": 1}, {"附票": "Y"}, {"戸籍": True}, {"戸籍": "1"}])
def test_protection_in_any_register_protects(set_: dict[str, object]) -> None:
    assert ResidentFields.model_validate(FIELDS).resident(ROW | set_).protected


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"性別": 3}, "residents.sex (性別): a code that the mapping does not know"),
        ({"性別": 1.5}, "residents.sex (性別): a code that the mapping does not know"),
        ({"続柄": 2}, "residents.relationship (続柄): a code that the mapping does not know"),
        ({"生年月日": "S55.13.02"}, "residents.birth_date (生年月日): no date that"),
        ({"生年月日": None}, "residents.birth_date (生年月日): empty"),
        ({"住民日": "H13.4.1"}, "residents.became_resident_on (住民日): no date that"),
        ({"氏名": "　"}, "residents.name (氏名): empty"),
        ({"氏名": b"x"}, "residents.name (氏名): no text"),
        ({"宛名番号": True}, "residents.resident_id (宛名番号): no text"),
        ({"person": {}}, "residents.name_kana (person.kana): missing"),
        ({"本籍地": None}, "residents.honseki (本籍地): empty"),
        ({"住民票": 1, "戸籍": "?"}, "residents.protected (戸籍): neither yes nor no"),
        ({"戸籍": None}, "residents.protected (戸籍): neither yes nor no"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_its_field(
    change: dict[str, object], cause: str
) -> None:
    with pytest.raises(UnmappableRecord) as raised:
        ResidentFields.model_validate(FIELDS).resident(ROW | change)
    assert raised.value.cause.startswith(cause)
    assert "試験" not in raised.value.cause


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sex": {"from": "性別", "codes": {1: "male"}}}, "must be of: 男, 女"),
        ({"sex": {"constant": True}}, "takes from, not constant"),
        ({"protected": {"any_of": [{"from": "附票", "codes": {1: "有"}}]}}, "must be of: true"),
        ({"change_pending": {"constant": None}}, "must be of: true"),
        ({"name": {"from": "氏名", "join": ["氏", "名"]}}, "exactly one of"),
        ({"name": {}}, "exactly one of"),
        ({"name": {"join": []}}, "at least one column"),
        ({"name": {"constant": "x", "codes": {1: "y"}}}, "go with from"),
        ({"name": {"from": "氏名", "codes": {1: "x", "1": "y"}}}, "the same code twice"),
        ({"name": {"column": "氏名"}}, "Extra inputs"),
        ({"nickname": "x"}, "Extra inputs"),
        ({"alias": {"any_of": ["通称", "併記名"]}}, "takes from or join or constant, not any_of"),
        ({"protected": {"join": ["住民票", "附票"]}}, "not join"),
        ({"sex": {"any_of": ["性別"]}}, "not any_of"),
        ({"birth_date": {"join": ["年", "月", "日"], "with": "-"}}, "not join"),
        ({"birth_date": {"from": "生年月日", "codes": {1: "2010-02-02"}}}, "codes mean nothing"),
        ({"name": {"from": "氏名", "era_date": True}}, "era_date means nothing"),
        ({"honseki": {"join": [{"any_of": ["本籍"]}]}}, "a part is a column"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ResidentFields.model_validate(FIELDS | change)


def test_every_field_must_be_mapped() -> None:
    with pytest.raises(ValidationError, match="alias"):
        ResidentFields.model_validate({k: v for k, v in FIELDS.items() if k != "alias"})


MAPPING = ResidentFields.model_validate(FIELDS)
PLACES = {
    f"residents.{name} ({part.from_})"
    for name, mapping in MAPPING.mappings()
    for part in mapping.columns()
}
REASONS = {
    "a control character, or half a character",
    "empty",
    "missing",
    "no text",
    "neither yes nor no",
    "a value that is not known",
    "a code that the mapping does not know",
    "no date that the mapping describes",
}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(),
    st.decimals(),
    st.text(max_size=12),
    st.binary(max_size=12),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.uuids(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["1", "2", "H22.02.02", "4220202", 20100202]),
)


@given(st.fixed_dictionaries({column: st.just(value) | ANYTHING for column, value in ROW.items()}))
def test_whatever_stands_in_a_row_it_is_a_resident_or_refused_without_its_values(
    row: dict[str, object],
) -> None:
    try:
        resident = MAPPING.resident(row)
    except UnmappableRecord as refused:
        place, reason = refused.cause.split(": ")
        assert place in PLACES
        assert reason in REASONS
    else:
        flags = {str(row[name]).strip().lower() for name in ("住民票", "附票", "戸籍")}
        assert resident.protected is bool(flags & {"1", "true", "y"})
        assert all((resident.name, resident.relationship, resident.honseki))


def test_a_row_becomes_a_household() -> None:
    fields = HouseholdFields.model_validate(
        {"household_id": "id", "address": {"join": ["a", "b"]}, "head_name": "head"}
    )
    household = fields.household({"id": 1, "a": "千葉県", "b": "市川市", "head": "試験"}, ())
    assert (household.household_id, household.address) == ("1", "千葉県市川市")


def test_a_seal_is_a_png_as_bytes_or_in_base64() -> None:
    picture = drawn("L")
    fields = SealFields.model_validate(
        {
            "resident_id": "id",
            "registration_number": "no",
            "registered_on": {"from": "on", "era_date": True},
            "registered_name": "name",
            "picture_png": "picture",
            "status": {"from": "status", "codes": {1: "active", 2: "suspended", 3: "cancelled"}},
        }
    )
    row: dict[str, object] = {"id": 1, "no": "7", "on": 4220202, "name": "試験", "status": 1}
    for written in (picture, base64.b64encode(picture).decode()):
        seal = fields.seal(row | {"picture": written})
        assert (seal.picture_png, seal.status) == (picture, SealStatus.ACTIVE)
    bad = (
        *BAD_PICTURES.values(),
        *(base64.b64encode(one).decode() for one in BAD_PICTURES.values()),
    )
    for wrong in ("no base64", None, *bad):
        with pytest.raises(UnmappableRecord, match=r"seals.picture_png"):
            fields.seal(row | {"picture": wrong})


@pytest.mark.parametrize(
    ("protected", "message"),
    [
        ({"constant": False}, "takes from or any_of, not constant"),
        ({"any_of": [{"constant": False}]}, "a constant protects nobody"),
        ({"any_of": ["附票", {"constant": False}]}, "a constant protects nobody"),
        ({"from": "附票", "codes": {1: False, None: False}}, "one that means true"),
        ({"any_of": ["戸籍", {"from": "附票", "codes": {1: False}}]}, "one that means true"),
    ],
)
def test_a_municipality_without_protection_measures_cannot_be_described(
    protected: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ResidentFields.model_validate(FIELDS | {"protected": protected})


MAY_BE_CONSTANT = {"name_kana": "", "alias": "", "previous_address": "", "change_pending": False}


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in MAY_BE_CONSTANT])
@pytest.mark.parametrize("constant", ["", "男", "current", "1990-01-01", False])
def test_nothing_is_said_of_all_residents_at_once(name: str, constant: object) -> None:
    with pytest.raises(ValidationError, match="not constant"):
        ResidentFields.model_validate(FIELDS | {name: {"constant": constant}})


@pytest.mark.parametrize("name", list(MAY_BE_CONSTANT))
def test_what_the_records_do_not_have_is_said_openly_and_nothing_else(name: str) -> None:
    absent = {"constant": MAY_BE_CONSTANT[name]}
    resident = ResidentFields.model_validate(FIELDS | {name: absent}).resident(ROW)
    assert not getattr(resident, name)
    with pytest.raises(ValidationError, match=r"only constant here|must be of: true"):
        ResidentFields.model_validate(FIELDS | {name: {"constant": "甲"}})


@pytest.mark.parametrize(
    ("name", "mapping", "message"),
    [
        ("change_pending", {"from": "p", "codes": {0: False, 1: False}}, "holds nobody back"),
        ("change_pending", {"any_of": ["p", {"constant": False}]}, "holds nobody back"),
        ("sex", {"from": "性別", "codes": {1: "男", 2: "男"}}, "the same of all"),
        ("relationship", {"from": "続柄", "codes": {1: "世帯主"}}, "the same of all"),
        ("alias", {"from": "通称", "codes": {1: "甲", None: "甲"}}, "the same of all"),
        ("alias", {"join": [{"constant": "甲"}]}, "the same of all"),
        ("name", {"join": [{"constant": "試験"}]}, "the same of all"),
        ("honseki", {"join": [{"constant": "甲県"}, {"from": "a", "optional": True}]}, "the same"),
    ],
)
def test_a_column_that_says_the_same_of_all_residents_is_refused(
    name: str, mapping: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ResidentFields.model_validate(FIELDS | {name: mapping})


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ({"constant": "current"}, "takes from, not constant"),
        (
            {"from": "異動", "codes": {None: "current"}},
            "no code means deceased, leaving, moved_out",
        ),
        ({"from": "異動", "codes": {None: "current"}, "never": ["deceased"]}, "leaving, moved_out"),
        ({"from": "異動", "never": ["leaving", "moved_out", "deceased"]}, "not all of them"),
        ({"from": "異動", "never": ["current"]}, "never takes some of"),
    ],
)
def test_a_register_that_nobody_ever_leaves_cannot_be_described(
    status: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ResidentFields.model_validate(FIELDS | {"status": status})


def test_a_register_without_former_residents_says_so() -> None:
    status = {"from": "異動", "codes": {None: "current", 1: "leaving"}}
    never = {"never": ["moved_out", "deceased"]}
    mapping = ResidentFields.model_validate(FIELDS | {"status": status | never})
    assert mapping.resident(ROW | {"異動": 1}).status is ResidentStatus.LEAVING
    with pytest.raises(ValidationError, match="never means nothing here"):
        ResidentFields.model_validate(FIELDS | {"name": {"from": "氏名", **never}})


@pytest.mark.parametrize(
    "status", [{"constant": "active"}, {"from": "s", "codes": {1: "active", 2: "cancelled"}}]
)
def test_a_seal_that_is_always_in_force_cannot_be_described(status: dict[str, Any]) -> None:
    others = ("resident_id", "registration_number", "registered_on", "registered_name")
    with pytest.raises(ValidationError, match=r"takes from|no code means suspended"):
        SealFields.model_validate(
            {name: name for name in (*others, "picture_png")} | {"status": status}
        )


def test_who_cannot_be_understood_is_named() -> None:
    fields = ResidentFields.model_validate(FIELDS)
    with pytest.raises(UnmappableRecord) as raised:
        fields.resident(ROW | {"性別": 3})
    assert raised.value.whose == "1234567"
