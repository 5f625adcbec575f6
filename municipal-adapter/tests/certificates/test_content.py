"""What a certificate says."""

from datetime import date

import pytest
from municipal_adapter.certificates.content import Mayor, mayor_on
from municipal_adapter.certificates.layout import layout_of
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import ichikawa, resident_record, seal_registration

FIRST = Mayor("市川市長", "見本 一郎", date(2006, 4, 1))
ACTING = Mayor("市川市長職務代理者", "見本 二郎", date(2010, 2, 1))


def test_the_mayor_is_who_is_in_office_on_the_day_of_issue() -> None:
    mayors = (ACTING, FIRST)
    assert mayor_on(mayors, date(2010, 1, 31)) == FIRST
    assert mayor_on(mayors, date(2010, 2, 1)) == ACTING
    with pytest.raises(LookupError, match="adapter file"):
        mayor_on(mayors, date(2006, 3, 31))


def test_persons_are_in_legal_order_whatever_was_chosen_first() -> None:
    town = ichikawa()
    household = town.household_of(town.cases[Case.LARGE_HOUSEHOLD])
    content = resident_record(Case.LARGE_HOUSEHOLD)
    assert [one.name for one in content.residents] == [one.name for one in household.members]
    assert content.whole_household


def test_items_that_were_not_asked_for_are_left_out_in_words() -> None:
    content = resident_record(Case.ORDINARY, relationship=False, honseki=False, members=1)
    (person,) = layout_of(content).people
    items = dict(person)
    assert {items["続柄"], items["本籍"], items["筆頭者"]} == {"省略"}
    assert not content.whole_household
    assert "世帯の一部" in layout_of(content).sentence


def test_a_foreign_resident_has_a_nationality_instead_of_honseki() -> None:
    (person,) = layout_of(resident_record(Case.FOREIGN)).people
    assert ("国籍・地域", "アメリカ合衆国") in person
    assert "本籍" not in dict(person)
    assert "外国人住民となった年月日" in dict(person)


def test_what_a_foreign_resident_did_not_ask_for_is_left_out_under_its_own_label() -> None:
    (person,) = layout_of(resident_record(Case.FOREIGN, honseki=False)).people
    assert ("国籍・地域", "省略") in person
    assert ("筆頭者", "省略") in person


def test_an_alias_follows_the_name_on_both_certificates() -> None:
    for content in (resident_record(Case.FOREIGN_ALIAS), seal_registration(Case.FOREIGN_ALIAS)):
        (person,) = layout_of(content).people
        labels = [label for label, _ in person]
        assert labels[labels.index("氏名") + 1] == "通称"
        assert dict(person)["通称"] == "見本山 太郎"
    (person,) = layout_of(seal_registration(Case.ORDINARY)).people
    assert "通称" not in dict(person)
