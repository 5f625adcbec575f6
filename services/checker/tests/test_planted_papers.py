"""Papers that are missing, stray, unreadable or swapped."""

import json
from typing import Any

import pikepdf
from checker.fault import FaultName
from checker.testing import Planted

N = FaultName


def test_a_paper_of_another_issuance_is_the_wrong_person(planted: Planted) -> None:
    first = planted.issuance("kind = 'resident_record' AND municipality = '122033'")
    other = planted.issuance("kind = 'seal_registration'")
    planted.paper(first).write_bytes(planted.paper(other).read_bytes())
    found = planted.found()
    assert found[N.PAPER_ALTERED] == {first}
    assert found[N.PAGE_OF_ANOTHER_ISSUANCE] == {first}
    assert found[N.FOREIGN_PERSON] == {first}
    assert found[N.PERSON_MISSING] == {first}
    assert planted.verdict().wrong_person == 1


def test_a_missing_paper(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.paper(issuance).unlink()
    assert planted.found() == {N.PAPER_MISSING: {issuance}}


def test_a_paper_of_nobody(planted: Planted) -> None:
    stray = "00000000-0000-4000-8000-000000000000"
    planted.paper(stray).write_bytes(planted.paper(planted.issuance()).read_bytes())
    assert planted.found() == {N.PAPER_WITHOUT_ISSUANCE: {stray}}


def test_a_paper_that_is_no_pdf(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.paper(issuance).write_bytes(b"not a PDF")
    assert planted.found() == {N.PAPER_UNREADABLE: {issuance}, N.PAPER_ALTERED: {issuance}}


def test_the_seal_of_somebody_else(planted: Planted) -> None:
    """The register names another seal than the one that is on the certificate."""
    register = planted.installation / "card-register.json"
    facts = json.loads(register.read_bytes())
    seals = {one["resident"]: one["seal"] for one in facts["persons"]}
    issuance = planted.issuance("kind = 'seal_registration'")
    holder = _asker(planted, issuance)
    for one in facts["persons"]:
        if one["resident"] == holder:
            one["seal"] = next(seal for seal in seals.values() if seal not in (None, one["seal"]))
    register.write_text(json.dumps(facts))
    found = planted.found()
    assert found.keys() == {N.PICTURE_FOREIGN, N.SEAL_MISSING}
    assert issuance in found[N.SEAL_MISSING] == found[N.PICTURE_FOREIGN]
    assert planted.verdict().wrong_person >= 1


def test_a_name_that_nobody_can_see(planted: Planted) -> None:
    """All text is invisible: to a reader of text alone the paper is right."""
    issuance = planted.issuance("kind = 'resident_record'")
    path = planted.paper(issuance)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for page in document.pages:
            page.contents_coalesce()
            content = page.Contents.read_bytes().replace(b"0 Tr", b"3 Tr")
            page.Contents = pikepdf.Stream(document, content)
        document.save(path)
    found = planted.found()
    assert found == {N.PAPER_ALTERED: {issuance}, N.SHOWN_OTHERWISE: {issuance}}


def _asker(planted: Planted, issuance: str) -> str:
    """Return who asked for a paper."""
    order, found = planted.order_of(issuance), list[str]()

    def look(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found.extend(next(one["members"] for one in notes if one["order"] == order))
        return notes

    planted.rewrite_askings(look)
    return found[0]
