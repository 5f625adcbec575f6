"""What a vendor's document must say, by the forms of the adapter file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter

from madoguchi_wire.order import Kind

from municipal_adapter.certificates.anew import WORDS
from municipal_adapter.certificates.content import (
    Content,
    ResidentEntry,
    ResidentRecordContent,
    SealRegistrationContent,
)
from municipal_adapter.certificates.era import era_date
from municipal_adapter.certificates.layout import NOT_RECORDED, OMITTED
from municipal_adapter.readback.expected import Expected
from municipal_adapter.readback.line import Line, line_of
from municipal_adapter.readback.page import without_space
from municipal_adapter.records.vendor.items import OF_PERSON, items_of
from municipal_adapter.records.vendor.vendor_records import Form, VendorRecords

_NAME, _BIRTH_DATE = "氏名", "生年月日"
_LED_BACK = re.compile(
    rf"(?:(?!{_NAME}).)*{_NAME}{{name}}(?:通称[^{{]*{{alias}}[^{{]*?)?{_BIRTH_DATE}{{birth_date}}"
)
"""As `readback.people` finds a person on a paper."""

_SPACED_BY_FORMS = frozenset({"scope", "mayor_title", "mayor_name"})
"""No values of a resident's record: their letters are often spread."""


def expected_on(form: Form, content: Content) -> Expected:
    """Return what a document on this form must say."""
    issue = content.issue
    items = _of_certificate(content)
    stamp = f"{WORDS[0]}{issue.certificate_number}{WORDS[1]}"
    lines = {
        "title": line_of((form.title, "")),
        "certificate number": line_of((WORDS[0], issue.certificate_number)),
    }
    return Expected(
        issuance=issue.issuance,
        every_page=lines | _named(form.every_page, items),
        last_page=_named(form.last_page, items),
        first_label=_label(form.person[0]),
        labels=tuple(_label(line) for line in (*form.every_page, *form.person, *form.last_page)),
        people=tuple(_named(form.person, person) for person in _people(content)),
        mayor=without_space(issue.mayor.name),
        office_seal=issue.printed_seal_png if form.office_seal else None,
        picture=content.picture_png if isinstance(content, SealRegistrationContent) else None,
        stamp=without_space(stamp),
        test=issue.test,
    )


def check_forms(records: VendorRecords, kinds: Sequence[Kind]) -> None:
    """Pass if every kind that is issued has a form that a paper can hold to.

    Raises:
        ValueError: the place in the adapter file, and what is wrong.

    """
    for kind in kinds:
        form = records.forms.get(kind)
        where = f"records.forms.{kind}"
        if form is None:
            raise ValueError(f"{where}: missing, and the kind is issued")
        _check_person(form, where)
        if not _tells_where(form, kind):
            raise ValueError(f"{where}: must have {{address}}, or {{honseki}} of a resident record")
        if form.office_seal and not any("mayor_name" in items_of(line) for line in form.last_page):
            why = "must have {mayor_name}, by which the official seal stands"
            raise ValueError(f"{where}.last_page: {why}")


def _check_person(form: Form, where: str) -> None:
    if not {"name", "birth_date"} <= {item for line in form.person for item in items_of(line)}:
        raise ValueError(f"{where}.person: must have {{name}} and {{birth_date}}")
    label = _label(form.person[0])
    if not label:
        raise ValueError(f"{where}.person.0: must begin with a label")
    if not _LED_BACK.match(without_space("".join(form.person))):
        order = f"{_NAME}{{name}}, perhaps 通称{{alias}}, and {_BIRTH_DATE}{{birth_date}}"
        raise ValueError(
            f"{where}.person: must have {order} right after each other, by which a paper is led "
            "back to its person"
        )
    lines = [form.title, *form.every_page, *form.person, *form.last_page]
    if sum(without_space(line).count(label) for line in lines) > 1:
        raise ValueError(f"{where}.person.0: its label {label} stands elsewhere on the form, too")


def _tells_where(form: Form, kind: Kind) -> bool:
    """Return whether a form has items that tell namesakes apart; others are always empty."""
    around = {item for line in (*form.every_page, *form.last_page) for item in items_of(line)}
    of_person = {item for line in form.person for item in items_of(line)}
    own = "honseki" if kind is Kind.RESIDENT_RECORD else "address"
    return "address" in around or own in of_person


def _named(lines: Sequence[str], items: Mapping[str, str]) -> dict[str, Line]:
    """Return each line filled in, by its items' names; without those whose items are all empty."""
    return {
        " ".join(items_of(line)) or line: line_of(*_parts(line, items))
        for line in lines
        if not items_of(line) or any(items[item] for item in items_of(line))
    }


def _parts(line: str, items: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for words, item, _, _ in Formatter().parse(line):
        value = items[item] if item else ""
        yield (words + value, "") if item in _SPACED_BY_FORMS else (words, value)


def _label(line: str) -> str:
    return "".join(line.partition("{")[0].split())


def _of_certificate(content: Content) -> dict[str, str]:
    issue = content.issue
    items = {
        "address": content.address,
        "issued_on": era_date(issue.issued_on),
        "mayor_title": issue.mayor.title,
        "mayor_name": issue.mayor.name,
        "certificate_number": issue.certificate_number,
        "head_name": "",
        "scope": "",
    }
    if isinstance(content, ResidentRecordContent):
        items["head_name"] = content.head_name or OMITTED
        items["scope"] = "世帯全員" if content.whole_household else "世帯の一部"
    return items


def _people(content: Content) -> list[dict[str, str]]:
    if isinstance(content, ResidentRecordContent):
        return [_resident(entry) for entry in content.residents]
    person = {
        "name": content.name,
        "alias": content.alias or "",
        "birth_date": era_date(content.birth_date),
        "sex": content.sex.value,
        "address": content.address,
    }
    return [dict.fromkeys(OF_PERSON, "") | person]


def _resident(entry: ResidentEntry) -> dict[str, str]:
    return {
        "name": entry.name,
        "name_kana": entry.name_kana,
        "alias": entry.alias or "",
        "birth_date": era_date(entry.birth_date),
        "sex": entry.sex.value,
        "became_resident_on": era_date(entry.became_resident_on),
        "relationship": entry.relationship or OMITTED,
        "moved_here_on": era_date(entry.moved_here_on),
        "honseki": OMITTED if entry.honseki is None else entry.honseki,
        "family_head": OMITTED if entry.family_head is None else entry.family_head or NOT_RECORDED,
        "previous_address": entry.previous_address or NOT_RECORDED,
        "address": "",
    }
