import base64
import json
import secrets
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_stack.tripwire.search import Searcher, searcher_of_texts
from local_stack.tripwire.spellings import of_bytes, of_date, of_name, of_number, of_text

NAME = "見本山 太郎"
SERIAL = 0x3F9A_04D2_7B11_5C60_88E1_0A4B_93D7


def finds(spelled: set[bytes], data: bytes) -> bool:
    return Searcher(dict.fromkeys(spelled, "it")).find(data) == {"it"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp"])
def test_a_name_is_found_in_each_encoding(encoding: str) -> None:
    assert finds(of_text(NAME), b"\x00\x01" + f"<{NAME}>".encode(encoding) + b"\xff")


@pytest.mark.parametrize(
    "data",
    [
        json.dumps({"name": NAME}).encode(),
        json.dumps(json.dumps({"name": NAME})).encode(),
        json.dumps(NAME).upper().replace("\\U", "\\u").encode(),
        f"GET /persons?name={quote(NAME)}".encode(),
        repr(NAME.encode()).encode(),
        b"\\x" + f"a{NAME}b".encode().hex().encode(),
    ],
    ids=["JSON", "JSON in JSON", "JSON in capitals", "address", "repr", "bytea of a dump"],
)
def test_a_name_is_found_in_each_escape(data: bytes) -> None:
    assert finds(of_text(NAME), data) is (b"\\\\u" not in data)


@given(before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_a_name_is_found_in_base64_wherever_it_stands(before: bytes, after: bytes) -> None:
    inside = before + NAME.encode() + after
    for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
        assert finds(of_text(NAME), encode(inside))


@given(before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_bytes_are_found_in_base64_of_base64(before: bytes, after: bytes) -> None:
    thing = bytes(range(48))
    once = base64.urlsafe_b64encode(before + thing + after)
    assert finds(of_bytes(thing), b'{"card":"' + once + b'"}')
    assert finds(of_bytes(thing), base64.urlsafe_b64encode(before + once))


def test_a_name_is_written_with_every_space_and_in_both_kana() -> None:
    assert of_name("ミホンヤマ タロウ") >= {
        "ミホンヤマ タロウ",
        "ミホンヤマタロウ",
        "みほんやま\u3000たろう",
    }


def test_a_birth_date_is_found_as_people_and_data_write_it() -> None:
    assert of_date(date(1985, 4, 2)) == {
        "1985-04-02",
        "1985/04/02",
        "19850402",
        "1985年4月2日",
        "昭和60年4月2日",
    }


def test_digits_inside_of_others_are_no_birth_date() -> None:
    spelled = of_text("19850402")
    assert finds(spelled, b'"19850402"')
    assert not finds(spelled, b"719850402")
    assert not finds(spelled, b"19850402f0")


def test_the_first_digits_of_a_random_id_are_no_birth_date() -> None:
    spelled = of_text("19850402")
    assert not finds(spelled, b"\t19850402-7c1e-4f0a-9d52-0b6e8a41c2d7\t")
    assert finds(spelled, b"\t19850402-7c1e-4f0a-9d52\t")
    assert finds(spelled, b"paper-19850402-1.log")


def test_a_find_tells_the_shape_of_its_place_and_nobodys_data() -> None:
    searcher = Searcher(dict.fromkeys(of_text("1985-04-02"), "it"))
    assert searcher.shapes(b'{"born": "1985-04-02T00Z"}') == {"it": '{"aaaa": "9999-99-99a99a"}'}


def test_a_serial_number_is_found_however_it_is_written() -> None:
    raw = SERIAL.to_bytes(14, "big")
    for written in (f"{SERIAL:x}", f"{SERIAL:X}", f"{SERIAL:032x}", str(SERIAL), raw.hex(":")):
        assert finds(of_number(SERIAL), f"card {written}.".encode()), written
    assert finds(of_number(SERIAL), b"\x02\x0e" + raw)


def test_random_bytes_are_nobody() -> None:
    spelled = of_text(NAME) | of_number(SERIAL) | of_text("19850402")
    assert not finds(spelled, secrets.token_bytes(4 * 1024 * 1024))


def test_what_lies_across_two_parts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_stack.tripwire.search._CHUNK", 1000)
    data = bytes(995) + NAME.encode() + bytes(5000)
    assert finds(of_text(NAME), data)


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "ab?~ÿ>", "x" * 300])
def test_a_birth_date_in_base64_is_found_and_digits_of_a_digest_are_none(
    encode: Callable[[bytes], bytes], before: str
) -> None:
    searcher = searcher_of_texts(frozenset({("19800229", "a birth date")}))
    around = {
        '{"born":"19800229","n":1}': True,
        "[19800229]": True,
        "19800229": True,
        f'"{"ab12" * 9}19800229{"c4" * 10}"': False,
        '"119800229"': False,
        '"19800229-12ab-4cd3-8ef4-0123456789ab"': False,
    }
    for text, is_one in around.items():
        told = b'{"stamp":"' + encode(f"{before} {text} ".encode()).rstrip(b"=") + b'.ey"}'
        assert (searcher.find(told) == {"a birth date"}) is is_one, text
