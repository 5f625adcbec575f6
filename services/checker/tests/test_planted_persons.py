"""Papers that show the wrong people or pages, and coins that are missing."""

import json
from collections.abc import Callable
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  (the wheel has no types)
import pytest
from checker.fault import FaultName
from checker.testing import Planted
from madoguchi_wire.encoding import sha256_hex

N = FaultName


def put_pages(planted: Planted, issuance: str, *pages: tuple[str, int]) -> None:
    """Make a paper of pages (issuance, number from 0), and let the books attest the new file."""
    made = pypdfium2.PdfDocument.new()
    for source, number in pages:
        paper = pypdfium2.PdfDocument(planted.paper(source).read_bytes())
        made.import_pages(paper, [number])  # pyright: ignore[reportUnknownMemberType]
    path = planted.paper(issuance)
    path.unlink()
    made.save(path)  # pyright: ignore[reportUnknownMemberType]
    planted.sql(
        "UPDATE issuances SET document_sha256 = $2 WHERE issuance_id = $1::text::uuid",
        issuance,
        sha256_hex(path.read_bytes()),
    )


def change_asking(
    planted: Planted, issuance: str, change: Callable[[dict[str, Any]], None]
) -> None:
    """Change what was noted about the order of an issuance, in both of its lines."""
    order = planted.order_of(issuance)
    planted.rewrite_askings(lambda notes: [_changed(one, order, change) for one in notes])


def _changed(
    note: dict[str, Any], order: str, change: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    if note["order"] == order:
        change(note)
    return note


def asked_for(planted: Planted, issuance: str) -> list[str]:
    """Return whom the paper of an issuance has to show."""
    order, found = planted.order_of(issuance), list[str]()

    def look(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found.extend(next(one["members"] for one in notes if one["order"] == order))
        return notes

    planted.rewrite_askings(look)
    return found


def change_register(planted: Planted, change: Callable[[dict[str, Any]], None]) -> None:
    path = planted.installation / "card-register.json"
    register = json.loads(path.read_bytes())
    change(register)
    path.write_text(json.dumps(register))


def two_pages(planted: Planted) -> str:
    return planted.issuance("pages = 2")


def test_a_missing_page(planted: Planted) -> None:
    issuance = two_pages(planted)
    put_pages(planted, issuance, (issuance, 0))
    found = planted.found()
    assert found[N.PAGE_MISSING] == {issuance}
    assert found[N.PAGE_NUMBER_WRONG] == {issuance}
    assert N.PAPER_ALTERED not in found


def test_two_pages_that_changed_places(planted: Planted) -> None:
    issuance = two_pages(planted)
    put_pages(planted, issuance, (issuance, 1), (issuance, 0))
    assert planted.found()[N.PAGE_NUMBER_WRONG] == {issuance}


def test_a_second_page_of_another_paper(planted: Planted) -> None:
    """As happened in Tokushima in 2023: of several pages one was another person's."""
    issuance = two_pages(planted)
    other = planted.issuance("municipality = '122033' AND pages = 1 AND kind = 'resident_record'")
    put_pages(planted, issuance, (issuance, 0), (other, 0))
    found = planted.found()
    assert found[N.PAGE_OF_ANOTHER_ISSUANCE] == {issuance}
    assert found[N.FOREIGN_PERSON] == {issuance}
    assert planted.verdict().wrong_person == 1


def test_a_household_member_who_was_not_asked_for(planted: Planted) -> None:
    issuance = two_pages(planted)
    change_asking(planted, issuance, lambda asking: asking["members"].pop())
    assert planted.found() == {N.FOREIGN_PERSON: {issuance}}


def test_a_household_member_who_is_not_on_the_paper(planted: Planted) -> None:
    issuance = planted.issuance("terminal = 'komorebi-ichikawa-yawata-1'")
    register = json.loads((planted.installation / "card-register.json").read_bytes())
    holder = asked_for(planted, issuance)
    household = next(p["household"] for p in register["persons"] if p["resident"] == holder[0])
    mates = [p["resident"] for p in register["persons"] if p["household"] == household]
    assert len(mates) > 1
    change_asking(planted, issuance, lambda asking: asking.update(members=mates))
    assert planted.found() == {N.PERSON_MISSING: {issuance}}


def test_an_attested_card_that_was_not_in_the_terminal(planted: Planted) -> None:
    issuance = planted.issuance()
    change_asking(planted, issuance, lambda asking: asking.update(card="0" * 64))
    assert issuance in planted.found()[N.ASKED_BY_ANOTHER]


def test_a_card_that_nobody_was_given(planted: Planted) -> None:
    change_register(planted, lambda register: register["cards"].clear())
    found = planted.found()
    assert set(found) == {N.CARD_UNKNOWN}
    assert len(found[N.CARD_UNKNOWN]) == 5 + 2


@pytest.mark.parametrize(
    ("item", "other"),
    [("name", "架空 次郎"), ("address", "千葉県市川市見本町9番9号"), ("birth_date", "1999-09-09")],
)
def test_an_item_that_the_register_says_otherwise(planted: Planted, item: str, other: str) -> None:
    issuance = planted.issuance("terminal = 'komorebi-ichikawa-yawata-1'")
    holder = asked_for(planted, issuance)

    def change(register: dict[str, Any]) -> None:
        for person in register["persons"]:
            if person["resident"] == holder[0]:
                person[item] = other

    change_register(planted, change)
    assert issuance in planted.found()[N.PERSON_MISSING]
    assert planted.verdict().wrong_person == 1


def test_a_page_with_another_residents_address_and_days_under_the_right_name(
    planted: Planted,
) -> None:
    """The papers are right, and the register says that this is somebody else's by the same name."""
    issuance = planted.issuance("terminal = 'komorebi-ichikawa-yawata-1'")
    holder = asked_for(planted, issuance)
    was = dict[str, Any]()

    def change(register: dict[str, Any]) -> None:
        own = next(one for one in register["persons"] if one["resident"] == holder[0])
        was.update(own)
        own |= {"address": "千葉県市川市見本町9番9号", "birth_date": "1999-09-09"}
        register["persons"].append(was | {"resident": "another", "household": "another"})

    change_register(planted, change)
    verdict = planted.verdict()
    found = {fault.what for fault in verdict.faults if fault.name is N.FOREIGN_PERSON}
    assert found == {
        "page 1 shows an address of somebody who was not asked for",
        "page 1 shows a day that nobody who was asked for has",
    }
