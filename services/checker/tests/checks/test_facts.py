"""What tells of another person though it is no name, in texts as pages have them."""

from datetime import UTC, date, datetime
from typing import cast

import pytest
from checker.checks.facts import Facts
from checker.evidence.register import RegisteredPerson
from checker.evidence.rows import Issuance

_ID = "123e4567-e89b-42d3-a456-426614174000"


class _Books:
    issuance_id = _ID
    certificate_number = "2026-0301-000123"
    accepted_on = datetime(2026, 11, 26, tzinfo=UTC).date()


def _person(address: str, birth_date: date) -> RegisteredPerson:
    return RegisteredPerson(
        resident="somebody",
        municipality="122033",
        household="a household",
        name="例示 一郎",
        birth_date=birth_date,
        sex="男",
        address=address,
        head_of_household="例示 一郎",
        previous_address="東京都八王子市架空町三丁目4番5号",
        honseki="千葉県市川市架空町一丁目29番地",
        days=(date(2014, 9, 11), date(2019, 5, 1)),
    )


OWN = _person("千葉県市川市見本町1番10号", date(1980, 5, 3))
MATE = _person("千葉県市川市見本町1番10号", date(1982, 2, 28))
OTHERS = ("千葉県市川市見本町1番1号", "市川市本町9-9-90", "東京都八王子市架空町三丁目4番5号")
FACTS = Facts.of([OWN, MATE], cast("Issuance", _Books()), frozenset({OWN.address, *OTHERS}))
GOOD = (
    "証明書番号2026-0301-000123住所千葉県市川市見本町1番10号生年月日昭和55年5月3日昭和57年2月28日"
    "住民となった年月日平成26年9月11日住所を定めた年月日令和元年5月1日"
    "本籍千葉県市川市架空町一丁目29番地前住所東京都八王子市架空町三丁目4番5号"
    f"令和8年11月26日交付番号{_ID}1/1"
)


def test_what_the_persons_and_the_form_have_is_no_fault() -> None:
    assert list(FACTS.foreign(GOOD)) == []
    assert list(FACTS.foreign(GOOD + "市川市本町9-9-909")) == []  # begins like another's


@pytest.mark.parametrize(
    "more",
    [
        "市川市本町9-9-90",
        "千葉県市川市見本町1番1号",
        "平成3年11月9日",
        "1991年11月9日",
        "123456789012",
        "個人番号省略",
    ],
)
def test_what_is_anothers_is_found(more: str) -> None:
    assert len(list(FACTS.foreign(GOOD + more))) == 1
