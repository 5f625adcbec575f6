"""What must be on the pages, taken from the content and not from what was sent to be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from municipal_adapter.certificates.content import (
    Content,
    ResidentEntry,
    ResidentRecordContent,
    SealRegistrationContent,
)
from municipal_adapter.certificates.era import era_date
from municipal_adapter.certificates.layout import ALIAS, NAME, NOT_RECORDED, OMITTED, READING
from municipal_adapter.readback.line import Line, line_of
from municipal_adapter.readback.page import without_space

_LABELS = (
    *("住所", "世帯主", "生年月日", "性別", "続柄", "本籍", "国籍・地域", "筆頭者", "前住所"),
    *("住民となった年月日", "外国人住民となった年月日", "住所を定めた年月日"),
    *(NAME, READING, ALIAS),
)


@dataclass(frozen=True)
class Expected:
    """What the pages of a document must say, label and value, in the order of drawing.

    Lines by the names of their items.
    """

    issuance: str
    every_page: Mapping[str, Line] = field(repr=False)
    last_page: Mapping[str, Line] = field(repr=False)
    first_label: str
    """What each person's part begins with."""
    labels: tuple[str, ...]
    """What items begin with, before their values."""
    people: tuple[Mapping[str, Line], ...] = field(repr=False)
    mayor: str
    """The name by which the official seal stands."""
    office_seal: bytes | None = field(repr=False)
    """Picture of the official seal; None: the form has none."""
    picture: bytes | None = field(repr=False)
    """印影; None on certificates without one."""
    test: bool
    """Whether it must say 見本 across each page, or must not."""
    stamp: str = ""
    """What the adapter itself puts on a vendor's page in a line of its own, drawn last, before
    issuance and page number."""

    def page_number(self, number: int, pages: int) -> str:
        """Return the issuance id with the number of a page, as at the foot of each."""
        return f"{self.issuance}{number}/{pages}"


def expected_of(content: Content) -> Expected:
    """Return what the pages of our own forms must say."""
    of_seal = isinstance(content, SealRegistrationContent)
    return Expected(
        issuance=content.issue.issuance,
        every_page=_on_every_page(content),
        last_page=_on_last_page(content),
        first_label=NAME if of_seal else READING,
        labels=_LABELS,
        people=tuple(_of_people(content)),
        mayor=without_space(content.issue.mayor.name),
        office_seal=content.issue.printed_seal_png,
        picture=content.picture_png if of_seal else None,
        test=content.issue.test,
    )


def _on_every_page(content: Content) -> dict[str, Line]:
    number = line_of(("", content.issue.certificate_number))
    if isinstance(content, SealRegistrationContent):
        return {"certificate number": number, "title": line_of(("印鑑登録証明書", ""))}
    return {
        "certificate number": number,
        "title": line_of(("住民票の写し", "")),
        "scope": line_of((_scope(content), "")),
        "address": line_of(("住所", content.address)),
        "head of household": line_of(("世帯主", content.head_name or OMITTED)),
    }


def _on_last_page(content: Content) -> dict[str, Line]:
    if isinstance(content, ResidentRecordContent):
        sentence = f"この写しは、{_scope(content)}の住民票の原本と相違ないことを証明する。"
    else:
        sentence = "この写しは、登録されている印影と相違ないことを証明する。"
    issue = content.issue
    return {
        "attestation and date of issue": line_of((sentence, era_date(issue.issued_on))),
        # The name is spaced out, as on a signature.
        "mayor": line_of((issue.mayor.title + issue.mayor.name, "")),
    }


def _of_people(content: Content) -> list[dict[str, Line]]:
    if isinstance(content, ResidentRecordContent):
        return [_resident(entry) for entry in content.residents]
    return [
        {
            "name": line_of((NAME, content.name)),
            **_alias(content.alias),
            "birth date": line_of(("生年月日", era_date(content.birth_date))),
            "sex": line_of(("性別", content.sex)),
            "address": line_of(("住所", content.address)),
        }
    ]


def _resident(entry: ResidentEntry) -> dict[str, Line]:
    since = "外国人住民となった年月日" if entry.foreign else "住民となった年月日"
    origin = OMITTED if entry.honseki is None else entry.honseki
    head = OMITTED if entry.family_head is None else entry.family_head
    return {
        "reading": line_of((READING, entry.name_kana)),
        "name": line_of((NAME, entry.name)),
        **_alias(entry.alias),
        "birth date": line_of(("生年月日", era_date(entry.birth_date))),
        "sex": line_of(("性別", entry.sex)),
        "resident since": line_of((since, era_date(entry.became_resident_on))),
        "relationship": line_of(("続柄", entry.relationship or OMITTED)),
        "address since": line_of(("住所を定めた年月日", era_date(entry.moved_here_on))),
        "honseki": line_of(("国籍・地域" if entry.foreign else "本籍", origin)),
        "family head": line_of(("筆頭者", head or NOT_RECORDED)),
        "previous address": line_of(("前住所", entry.previous_address or NOT_RECORDED)),
    }


def _alias(alias: str | None) -> dict[str, Line]:
    return {"alias": line_of((ALIAS, alias))} if alias else {}


def _scope(content: ResidentRecordContent) -> str:
    return "世帯全員" if content.whole_household else "世帯の一部"
