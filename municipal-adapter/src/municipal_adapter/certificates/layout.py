"""From a content to the words on the paper: what a template gets, all of it as text.

Labels and sentences are the law's and the municipality's; a template only places them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from municipal_adapter.certificates.content import (
    Content,
    Issue,
    ResidentEntry,
    ResidentRecordContent,
    SealRegistrationContent,
)
from municipal_adapter.certificates.era import era_date
from municipal_adapter.certificates.form import RESIDENT_RECORD, SEAL_REGISTRATION, Place
from municipal_adapter.certificates.unprintable import ConfusingText

OMITTED = "省略"
"""An item that was not asked for; written out, so that nobody writes into the gap."""
NOT_RECORDED = "記載なし"
NAME, READING, ALIAS = "氏名", "フリガナ", "通称"
"""A person's part begins with the reading where there is one; reading back counts them."""
RESIDENT_SINCE = {False: "住民となった年月日", True: "外国人住民となった年月日"}
"""By whether the person is a foreign resident (住民基本台帳法7条6号, 30条の45)."""

Item: TypeAlias = tuple[str, str]
"""Label and value."""
_CONFUSING = re.compile(
    rf"{NAME}|{READING}|[0-9a-f]{{8}}-[0-9a-f]{{4}}-|^[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def clear(text: str) -> str:
    """Return a text of the record that nobody can take for a part of the form.

    A reader that finds a label or an issuance id inside a value could not tell whose paper it is,
    and would have to take a right paper for a mix-up.

    Raises:
        ConfusingText: it has a label or an id in it, or begins with a variation selector.

    """
    if _CONFUSING.search(text):
        raise ConfusingText("a record holds a text that reads like a part of the form")
    return text


@dataclass(frozen=True)
class Layout:
    """Every word and picture of one certificate, in the order of the paper."""

    template: str
    """Name of the template's file."""
    form: Mapping[str, Place] = field(repr=False)
    """The place of each item, by its label."""
    title: str
    subtitle: str
    """世帯全員 or 世帯の一部; empty on certificates of one person."""
    heading: tuple[Item, ...] = field(repr=False)
    """Items of the household, before the persons."""
    people: tuple[tuple[Item, ...], ...] = field(repr=False)
    """Each person's items; a template prints each value right after its label, in this order."""
    sentence: str
    issued: str
    mayor_title: str
    mayor_name: str
    number: str
    issuance: str
    office_seal: bytes = field(repr=False)
    picture: bytes | None = field(repr=False)
    """印影; None on certificates without one."""


def layout_of(content: Content) -> Layout:
    """Return the words of a certificate."""
    if isinstance(content, SealRegistrationContent):
        return _seal_registration(content)
    return _resident_record(content)


def texts_of(layout: Layout) -> Iterable[str]:
    """Yield each text that is printed, but for the templates' own words."""
    items = [*layout.heading, *(item for person in layout.people for item in person)]
    yield from (text for item in items for text in item)
    yield from (layout.title, layout.subtitle, layout.sentence, layout.issued)
    yield from (layout.mayor_title, layout.mayor_name, layout.number, layout.issuance)


def _resident_record(content: ResidentRecordContent) -> Layout:
    scope = "世帯全員" if content.whole_household else "世帯の一部"
    return _layout(
        content.issue,
        template="resident_record.typ",
        form=RESIDENT_RECORD,
        title="住民票の写し",
        subtitle=scope,
        heading=(("住所", content.address), ("世帯主", content.head_name or OMITTED)),
        people=tuple(_person(entry) for entry in content.residents),
        sentence=f"この写しは、{scope}の住民票の原本と相違ないことを証明する。",
        picture=None,
    )


def _person(entry: ResidentEntry) -> tuple[Item, ...]:
    return (
        (READING, entry.name_kana),
        (NAME, entry.name),
        *_alias(entry.alias),
        ("生年月日", era_date(entry.birth_date)),
        ("性別", entry.sex.value),
        (RESIDENT_SINCE[entry.foreign], era_date(entry.became_resident_on)),
        ("続柄", entry.relationship or OMITTED),
        ("住所を定めた年月日", era_date(entry.moved_here_on)),
        *_origin(entry),
        ("前住所", entry.previous_address or NOT_RECORDED),
    )


def _alias(alias: str | None) -> tuple[Item, ...]:
    return ((ALIAS, alias),) if alias else ()


def _origin(entry: ResidentEntry) -> tuple[Item, Item]:
    label = "国籍・地域" if entry.foreign else "本籍"
    if entry.honseki is None or entry.family_head is None:
        return (label, OMITTED), ("筆頭者", OMITTED)
    return (label, entry.honseki), ("筆頭者", entry.family_head or NOT_RECORDED)


def _seal_registration(content: SealRegistrationContent) -> Layout:
    person = (
        (NAME, content.name),
        *_alias(content.alias),
        ("生年月日", era_date(content.birth_date)),
        ("性別", content.sex.value),
        ("住所", content.address),
    )
    return _layout(
        content.issue,
        template="seal_registration.typ",
        form=SEAL_REGISTRATION,
        title="印鑑登録証明書",
        subtitle="",
        heading=(),
        people=(person,),
        sentence="この写しは、登録されている印影と相違ないことを証明する。",
        picture=content.picture_png,
    )


def _layout(
    issue: Issue,
    *,
    template: str,
    form: Mapping[str, Place],
    title: str,
    subtitle: str,
    heading: tuple[Item, ...],
    people: tuple[tuple[Item, ...], ...],
    sentence: str,
    picture: bytes | None,
) -> Layout:
    return Layout(
        template=template,
        form=form,
        title=title,
        subtitle=subtitle,
        heading=heading,
        people=people,
        sentence=sentence,
        issued=era_date(issue.issued_on),
        mayor_title=issue.mayor.title,
        mayor_name=issue.mayor.name,
        number=issue.certificate_number,
        issuance=issue.issuance,
        office_seal=issue.printed_seal_png,
        picture=picture,
    )
