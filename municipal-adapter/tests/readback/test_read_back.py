"""A finished document that differs from the record does not leave."""

from dataclasses import fields, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import pikepdf
import pytest
from municipal_adapter.certificates.content import Content, Issue, ResidentEntry
from municipal_adapter.certificates.render import (
    DEFAULT_TEMPLATES,
    Renderer,
    template_sources,
)
from municipal_adapter.readback import read_back as room
from municipal_adapter.readback.mismatch import ReadBackMismatch
from municipal_adapter.readback.template_words import TemplateWords
from municipal_adapter.records.model import Sex
from municipal_adapter.synthetic import Case
from municipal_adapter_testing.papers import (
    approved_fonts,
    ichikawa,
    resident_record,
    seal_registration,
)
from PIL import Image

OTHER_DAY = date(1988, 8, 18)


def another(value: object) -> object:
    """Return a different value of the same sort."""
    match value:
        case Sex():
            return Sex.FEMALE if value is Sex.MALE else Sex.MALE
        case bool():
            return not value
        case date():
            return OTHER_DAY
        case bytes():
            return one_pixel_off(value)
        case _:
            return f"{value}乙"


def one_pixel_off(png: bytes) -> bytes:
    picture = Image.open(BytesIO(png)).convert("L")
    picture.putpixel((9, 9), 90)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def pdf_of(content: Content, templates: Path | None = None) -> bytes:
    return Renderer(templates).render(content).pdf


def read_back(pdf: bytes, content: Content, templates: Path | None = None) -> int:
    words = TemplateWords(template_sources(templates))
    return room.read_back(pdf, content, words, approved_fonts()).pages


def refused(pdf: bytes, content: Content, templates: Path | None = None) -> str:
    with pytest.raises(ReadBackMismatch) as refusal:
        read_back(pdf, content, templates)
    return refusal.value.where


@pytest.mark.parametrize("case", list(Case))
def test_what_was_rendered_reads_back(case: Case) -> None:
    content = resident_record(case, honseki=case is not Case.MOVED_OUT)
    read_back(pdf_of(content), content)
    if ichikawa().cases[case] in ichikawa().seals:
        content = seal_registration(case)
        assert read_back(pdf_of(content), content) == 1


@pytest.mark.parametrize("members", range(1, 8))
def test_households_of_every_size_read_back(members: int) -> None:
    content = resident_record(Case.LARGE_HOUSEHOLD, members=members)
    read_back(pdf_of(content), content)


@pytest.mark.parametrize("item", [field.name for field in fields(ResidentEntry)])
@pytest.mark.parametrize("person", [0, 1, 6])
def test_one_other_item_of_one_person_is_refused(item: str, person: int) -> None:
    content = resident_record(Case.LARGE_HOUSEHOLD)
    entries = list(content.residents)
    changed = another(getattr(entries[person], item))
    entries[person] = replace(entries[person], **{item: changed})
    refused(pdf_of(content), replace(content, residents=tuple(entries)))


@pytest.mark.parametrize("item", ["name", "birth_date", "sex", "address", "picture_png"])
def test_one_other_item_of_a_seal_certificate_is_refused(item: str) -> None:
    content = seal_registration(Case.ORDINARY)
    changed = replace(content, **{item: another(getattr(content, item))})
    where = refused(pdf_of(content), changed)
    if isinstance(getattr(changed, item), str):
        assert getattr(changed, item) not in where


@pytest.mark.parametrize(
    "item", ["mayor", "office_seal_png", "issued_on", "certificate_number", "issuance"]
)
def test_another_issue_is_refused(item: str) -> None:
    content = resident_record(Case.LARGE_HOUSEHOLD)
    issue: Issue = content.issue
    value = replace(issue.mayor, name="見本 花子") if item == "mayor" else None
    value = value or (str(uuid4()) if item == "issuance" else another(getattr(issue, item)))
    refused(pdf_of(content), replace(content, issue=replace(issue, **{item: value})))


SPECIMENS = [resident_record(Case.ORDINARY), resident_record(Case.LARGE_HOUSEHOLD)]


@pytest.mark.parametrize("real", [*SPECIMENS, seal_registration(Case.ORDINARY)])
def test_a_test_paper_says_so_on_each_page_and_neither_is_taken_for_the_other(
    real: Content,
) -> None:
    specimen = replace(real, issue=replace(real.issue, test=True))
    papers = {paper.issue.test: pdf_of(paper) for paper in (real, specimen)}
    assert read_back(papers[True], specimen) == read_back(papers[False], real)
    for paper in (real, specimen):
        with pytest.raises(ReadBackMismatch) as refusal:
            read_back(papers[not paper.issue.test], paper)
        assert refusal.value.where in {
            "a test paper without 見本 across each page",
            "text larger than on any certificate",
        }


def test_a_test_paper_with_one_page_that_does_not_say_so_is_refused() -> None:
    real = resident_record(Case.LARGE_HOUSEHOLD)
    specimen = replace(real, issue=replace(real.issue, test=True))
    mixed = BytesIO()
    with (
        pikepdf.open(BytesIO(pdf_of(specimen))) as document,
        pikepdf.open(BytesIO(pdf_of(real))) as plain,
    ):
        assert len(document.pages) > 1
        document.pages[-1] = plain.pages[-1]
        document.save(mixed)
    assert refused(mixed.getvalue(), specimen) == "a test paper without 見本 across each page"


def test_a_person_too_many_too_few_or_in_another_place_is_refused() -> None:
    content = resident_record(Case.LARGE_HOUSEHOLD)
    pdf, people = pdf_of(content), content.residents
    assert refused(pdf, replace(content, residents=(*people, people[0]))) == "number of persons"
    assert refused(pdf, replace(content, residents=people[:6])) == "number of persons"
    refused(pdf, replace(content, residents=(people[1], people[0], *people[2:])))


def test_the_paper_of_another_person_is_refused() -> None:
    mine, theirs = resident_record(Case.ORDINARY), resident_record(Case.LONG_NAME)
    refused(pdf_of(replace(theirs, issue=mine.issue)), mine)
    refused(pdf_of(seal_registration(Case.ORDINARY)), mine)


FAULTS = {
    "a page number": ("#counter(page).display()/", ""),
    "the issuance": ("#certificate.issuance", ""),
    "the certificate number": ("#certificate.number", ""),
    "the date of issue": ("#certificate.issued", ""),
    "the seal": ("image(bytes(certificate.office_seal), width: 18mm, height: 18mm)", "[]"),
    "the attestation": ("#certificate.sentence", "#certificate.sentence.slice(3)"),
    "the attestation with its date": (
        (
            "  text(size: 11.5pt)[#certificate.sentence]\n  v(5mm)\n"
            "  pad(left: 8mm, text(size: 11.5pt)[#certificate.issued])\n"
        ),
        "",
    ),
    "ink": ("font: certificate.font,", "font: certificate.font, fill: white,"),
}


@pytest.mark.parametrize("missing", list(FAULTS))
def test_a_template_that_leaves_something_out_is_refused(tmp_path: Path, missing: str) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    page = own / "page.typ"
    text = page.read_text("utf-8")
    assert FAULTS[missing][0] in text
    page.write_text(text.replace(*FAULTS[missing]), "utf-8")
    content = resident_record(Case.ORDINARY)
    refused(pdf_of(content, own), content, own)


def test_a_value_printed_beside_the_record_is_refused(tmp_path: Path) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    page = own / "page.typ"
    text = page.read_text("utf-8").replace("#certificate.issued]", "#certificate.issued 鈴木]")
    page.write_text(text, "utf-8")
    content = resident_record(Case.ORDINARY)
    assert refused(pdf_of(content, own), content) == "page 1: something else"


REFUSED_SPACES = {
    "moved": ("例邊 一郎", "例 邊一郎"),
    "moved after a selector": ("渡邉󠄂 一郎", "渡邉󠄂一 郎"),
    "moved in Latin": ("SMITH JONATHAN EDWARD", "SMITHJON ATHANEDWARD"),
    "left out": ("例邊 一郎", "例邊一郎"),
    "left out in Latin": ("SMITH JONATHAN", "SMITHJONATHAN"),
    "left out before a digit": ("架空町 24番", "架空町24番"),
    "more": ("例邊一郎", "例邊 一郎"),
    "between digits": ("架空町24番", "架空町2 4番"),
}
READ_SPACES = {
    "two for one": ("例邊 一郎", "例邊\u3000 一郎"),
    "a narrow for a wide one": ("例邊\u3000一郎", "例邊 一郎"),
    "beside digits": ("架空町24番", "架空町 24 番"),
    "marks with white": ("例邊（旧姓、架空）・一郎", "例邊（旧姓、架空）・一郎"),
    "Latin that is moved together": ("AVATAR TOYOTA WAVERLY", "AVATAR TOYOTA WAVERLY"),
}


@pytest.mark.parametrize("spaces", [*REFUSED_SPACES, *READ_SPACES])
def test_values_are_spaced_as_in_the_record(spaces: str) -> None:
    """But for what stands between a wide character and a Latin letter or digit anyway."""
    record, printed = (REFUSED_SPACES | READ_SPACES)[spaces]
    content = resident_record(Case.ORDINARY, members=1)
    (person,) = content.residents
    for item in ("name", "previous_address"):
        right = replace(content, residents=(replace(person, **{item: record}),))
        pdf = pdf_of(replace(content, residents=(replace(person, **{item: printed}),)))
        if spaces in READ_SPACES:
            assert read_back(pdf, right) == 1
        else:
            assert refused(pdf, right).startswith("page 1: white space")
    pdf = pdf_of(replace(content, address=printed))
    if spaces in REFUSED_SPACES:
        where = refused(pdf, replace(content, address=record))
        assert where.startswith("page 1: white space")


TOO_OFTEN = {
    "a page with nobody": ("#v(1fr)\n", "#pagebreak()\n", "page 2: nobody"),
    "the address again": ("  household\n", "  household\n  household\n", "page 1: something else"),
    "the end again": ("#attestation", "#attestation\n#attestation", "page 1: something else"),
    "the end of the last page": (
        "  title\n",
        "  title\n  [#certificate.sentence #certificate.issued]\n",
        "page 1: something else",
    ),
}


@pytest.mark.parametrize("what", list(TOO_OFTEN))
def test_a_page_with_nobody_or_with_a_line_of_the_frame_too_often_is_refused(
    tmp_path: Path, what: str
) -> None:
    old, new, where = TOO_OFTEN[what]
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    template = own / "resident_record.typ"
    text = template.read_text("utf-8")
    assert old in text
    template.write_text(text.replace(old, new), "utf-8")
    case = Case.LARGE_HOUSEHOLD if "last" in what else Case.ORDINARY
    content = resident_record(case)
    assert refused(pdf_of(content, own), content, own) == where


def test_a_second_issuance_id_on_a_page_is_refused(tmp_path: Path) -> None:
    """Even as a word of the templates themselves."""
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    page = own / "page.typ"
    text = page.read_text("utf-8")
    assert "#certificate.issuance" in text
    other = f"#certificate.issuance {uuid4()}"
    page.write_text(text.replace("#certificate.issuance", other), "utf-8")
    content = resident_record(Case.ORDINARY)
    assert refused(pdf_of(content, own), content, own) == "page 1: issuance"


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ('width: 20mm, height: 12mm, fit: "stretch"', "the registered seal: its shape"),
        ("width: 25mm", "the registered seal: its size"),
    ],
    ids=["shape", "size"],
)
def test_a_seal_in_another_shape_or_size_is_refused(tmp_path: Path, how: str, what: str) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    template = own / "seal_registration.typ"
    drawn = "image(bytes(certificate.picture)"
    text = template.read_text("utf-8")
    assert drawn in text
    template.write_text(text.replace(drawn, f"{drawn}, {how}"), "utf-8")
    content = seal_registration(Case.ORDINARY)
    assert refused(pdf_of(content, own), content, own) == what


def test_another_members_name_in_place_of_the_heads_is_refused() -> None:
    content = resident_record(Case.ORDINARY)
    head, wife, child = content.residents
    wrong = replace(content, residents=(replace(head, name=wife.name), wife, child))
    assert refused(pdf_of(wrong), content) == "page 1: name, or something before it"


def test_two_dates_of_one_person_swapped_are_refused() -> None:
    content = resident_record(Case.ORDINARY)
    head, *others = content.residents
    swapped = replace(head, birth_date=head.became_resident_on, became_resident_on=head.birth_date)
    wrong = replace(content, residents=(swapped, *others))
    assert refused(pdf_of(wrong), content) == "page 1: birth date, or something before it"


ADDED = ["1", "0", "a", ".", "-", "号", "年", "男", "省略", "架空町", "乙"]


@pytest.mark.parametrize("item", [field.name for field in fields(ResidentEntry)])
@pytest.mark.parametrize("added", ADDED)
def test_an_item_with_more_on_the_paper_than_in_the_record_is_refused(
    item: str, added: str
) -> None:
    content = resident_record(Case.ORDINARY)
    head, *others = content.residents
    value = getattr(head, item)
    if isinstance(value, str) and item != "sex":
        for printed in (value + added, added + value):
            wrong = replace(content, residents=(replace(head, **{item: printed}), *others))
            refused(pdf_of(wrong), content)


@pytest.mark.parametrize("added", ADDED)
def test_a_heading_or_number_with_more_on_the_paper_is_refused(added: str) -> None:
    content = resident_record(Case.ORDINARY)
    issue = content.issue
    longer = replace(issue, certificate_number=issue.certificate_number + added)
    mayor = replace(issue.mayor, name=issue.mayor.name + added)
    for wrong in (
        replace(content, address=content.address + added),
        replace(content, head_name=f"{content.head_name}{added}"),
        replace(content, issue=longer),
        replace(content, issue=replace(issue, mayor=mayor)),
    ):
        refused(pdf_of(wrong), content)


@pytest.mark.parametrize("members", [1, 3])
def test_the_other_scope_of_a_household_is_refused(members: int) -> None:
    content = resident_record(Case.ORDINARY, members=members)
    refused(pdf_of(replace(content, whole_household=not content.whole_household)), content)


@pytest.mark.parametrize("length", range(1, 38, 3))
def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen(length: int) -> None:
    content = resident_record(Case.ORDINARY, members=1)
    name = f"{'A' * length} JEAN-PIERRE-MARIE ANNE-LISE"
    address = f"{content.address}{'架' * length}1-23-405"
    (person,) = content.residents
    person = replace(person, name=name, previous_address=address)
    content = replace(content, address=address, residents=(person,))
    assert read_back(pdf_of(content), content) == 1


WAYS_TO_HIDE = {
    "small": ("image(bytes(certificate.picture))", "image(bytes(certificate.picture), width: 4mm)"),
    "off the paper": (
        "image(bytes(certificate.picture))",
        "move(dx: -60mm, image(bytes(certificate.picture)))",
    ),
    "over the name": (
        "#v(9mm)",
        "#place(dx: 60mm, image(bytes(certificate.picture), width: 90mm))\n#v(9mm)",
    ),
}


@pytest.mark.parametrize("way", list(WAYS_TO_HIDE))
def test_a_picture_that_cannot_be_seen_or_hides_text_is_refused(tmp_path: Path, way: str) -> None:
    own = copytree(DEFAULT_TEMPLATES, tmp_path / "own")
    template = own / "seal_registration.typ"
    text = template.read_text("utf-8")
    assert WAYS_TO_HIDE[way][0] in text
    template.write_text(text.replace(*WAYS_TO_HIDE[way]), "utf-8")
    content = seal_registration(Case.ORDINARY)
    refused(pdf_of(content, own), content, own)
