"""What a certificate says: values of the record, chosen and named, before any layout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import TypeAlias, TypeVar

from municipal_adapter.certificates.office_seal import office_seal
from municipal_adapter.certificates.specimen import specimen_seal
from municipal_adapter.records.model import Household, Resident, SealRegistration, Sex


@dataclass(frozen=True)
class Mayor:
    """In whose name certificates are issued from a day on."""

    title: str
    """As printed before the name: 市川市長, or 市川市長職務代理者."""
    name: str
    since: date


@dataclass(frozen=True)
class Office:
    """The municipality as the issuer of its certificates."""

    municipality_name: str
    mayors: tuple[Mayor, ...]
    own_seal_png: bytes | None = field(default=None, repr=False)
    """職印, the official seal; None: drawn from the name."""

    @property
    def seal_png(self) -> bytes:
        """The official seal; one that is drawn takes its time once, when it is first printed."""
        return self.own_seal_png or office_seal(f"{self.municipality_name}長之印")


@dataclass(frozen=True)
class Issue:
    """What is on every certificate of an office."""

    municipality_name: str
    mayor: Mayor
    office_seal_png: bytes = field(repr=False)
    issued_on: date
    certificate_number: str
    issuance: str
    """The issuance id, printed in full on every page."""
    test: bool
    """Whether it is a test paper (見本), of a person who is made up."""

    @property
    def printed_seal_png(self) -> bytes:
        """The official seal; on a test paper another, which says 見本."""
        return specimen_seal() if self.test else self.office_seal_png


@dataclass(frozen=True)
class ResidentEntry:
    """One person on a 住民票の写し; None: the item was not asked for."""

    name: str = field(repr=False)
    name_kana: str = field(repr=False)
    alias: str | None = field(repr=False)
    """通称 of a foreign resident."""
    birth_date: date = field(repr=False)
    sex: Sex
    foreign: bool
    """外国人住民: with a nationality in the place of 本籍, and without 筆頭者."""
    became_resident_on: date
    moved_here_on: date
    previous_address: str | None = field(repr=False)
    relationship: str | None
    honseki: str | None = field(repr=False)
    family_head: str | None = field(repr=False)


@dataclass(frozen=True)
class ResidentRecordContent:
    """住民票の写し, of a whole household or of some of its members."""

    issue: Issue
    address: str = field(repr=False)
    head_name: str | None = field(repr=False)
    """世帯主; None: not asked for, as 続柄."""
    whole_household: bool
    residents: tuple[ResidentEntry, ...]


@dataclass(frozen=True)
class SealRegistrationContent:
    """印鑑登録証明書."""

    issue: Issue
    name: str = field(repr=False)
    alias: str | None = field(repr=False)
    """通称 of a foreign resident."""
    birth_date: date = field(repr=False)
    sex: Sex
    address: str = field(repr=False)
    picture_png: bytes = field(repr=False)
    """印影."""


Content: TypeAlias = ResidentRecordContent | SealRegistrationContent
_Part = TypeVar("_Part", Mayor, ResidentEntry, ResidentRecordContent, SealRegistrationContent)


def mayor_on(mayors: Sequence[Mayor], day: date) -> Mayor:
    """Return who is mayor on the day.

    Raises:
        LookupError: nobody yet.

    """
    in_office = [mayor for mayor in mayors if mayor.since <= day]
    if not in_office:
        raise LookupError("nobody is mayor on this day: add the term to the adapter file")
    return max(in_office, key=lambda mayor: mayor.since)


def with_texts(content: Content, changed: Callable[[str], str]) -> Content:
    """Return the content with each text of the record changed in the same way."""
    issue = replace(content.issue, mayor=_with_texts(content.issue.mayor, changed))
    if isinstance(content, SealRegistrationContent):
        return _with_texts(replace(content, issue=issue), changed)
    residents = tuple(_with_texts(entry, changed) for entry in content.residents)
    return _with_texts(replace(content, issue=issue, residents=residents), changed)


def _with_texts(part: _Part, changed: Callable[[str], str]) -> _Part:
    values = {one.name: getattr(part, one.name) for one in fields(part)}
    texts = {name: value for name, value in values.items() if type(value) is str}
    return replace(part, **{name: changed(text) for name, text in texts.items()})


def build_resident_record(
    office: Office,
    household: Household,
    chosen: Sequence[Resident],
    *,
    relationship: bool,
    honseki: bool,
    issued_on: date,
    certificate_number: str,
    issuance: str,
    test: bool = False,
) -> ResidentRecordContent:
    """Return the content of a 住民票の写し: the chosen members in legal order.

    Args:
        office: the issuer.
        household: the holder's.
        chosen: members of it.
        relationship: whether 世帯主 and 続柄 were asked for.
        honseki: whether 本籍 and 筆頭者 were asked for.
        issued_on: Japan's day.
        certificate_number: of this paper.
        issuance: the issuance id.
        test: whether it is a test paper (見本).

    """
    ids = {resident.resident_id for resident in chosen}
    entries = tuple(
        _entry(member, relationship=relationship, honseki=honseki)
        for member in household.members
        if member.resident_id in ids
    )
    return ResidentRecordContent(
        issue=_issue(office, issued_on, certificate_number, issuance, test=test),
        address=household.address,
        head_name=household.head_name if relationship else None,
        whole_household=len(entries) == len(household.members),
        residents=entries,
    )


def build_seal_registration(
    office: Office,
    holder: Resident,
    address: str,
    seal: SealRegistration,
    *,
    issued_on: date,
    certificate_number: str,
    issuance: str,
    test: bool = False,
) -> SealRegistrationContent:
    """Return the content of an 印鑑登録証明書."""
    return SealRegistrationContent(
        issue=_issue(office, issued_on, certificate_number, issuance, test=test),
        name=holder.name,
        alias=holder.alias,
        birth_date=holder.birth_date,
        sex=holder.sex,
        address=address,
        picture_png=seal.picture_png,
    )


def _issue(
    office: Office, issued_on: date, certificate_number: str, issuance: str, *, test: bool
) -> Issue:
    return Issue(
        municipality_name=office.municipality_name,
        mayor=mayor_on(office.mayors, issued_on),
        office_seal_png=office.seal_png,
        issued_on=issued_on,
        certificate_number=certificate_number,
        issuance=issuance,
        test=test,
    )


def _entry(member: Resident, *, relationship: bool, honseki: bool) -> ResidentEntry:
    return ResidentEntry(
        name=member.name,
        name_kana=member.name_kana,
        alias=member.alias,
        birth_date=member.birth_date,
        sex=member.sex,
        foreign=not member.family_head,
        became_resident_on=member.became_resident_on,
        moved_here_on=member.moved_here_on or member.became_resident_on,
        previous_address=member.previous_address,
        relationship=member.relationship if relationship else None,
        honseki=member.honseki if honseki else None,
        family_head=member.family_head if honseki else None,
    )
