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
from municipal_adapter.readback.page import without_space

_LABELS = (
    *("住所", "世帯主", "生年月日", "性別", "続柄", "本籍", "国籍・地域", "筆頭者", "前住所"),
    *("住民となった年月日", "外国人住民となった年月日", "住所を定めた年月日"),
    *(NAME, READING, ALIAS),
)


@dataclass(frozen=True)
class Expected:
    """What the pages of a document must say, label and value, in the order of drawing.

    Texts are without white space, by the names of the items.
    """

    issuance: str
    every_page: Mapping[str, str] = field(repr=False)
    last_page: Mapping[str, str] = field(repr=False)
    first_label: str
    """What each person's part begins with."""
    labels: tuple[str, ...]
    """What items begin with, before their values."""
    people: tuple[Mapping[str, str], ...] = field(repr=False)
    mayor: str
    """The name by which the official seal stands."""
    office_seal: bytes | None = field(repr=False)
    """Picture of the official seal; None: the form has none."""
    picture: bytes | None = field(repr=False)
    """印影; None on certificates without one."""
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
        office_seal=content.issue.office_seal_png,
        picture=content.picture_png if of_seal else None,
    )


def _on_every_page(content: Content) -> dict[str, str]:
    issue = content.issue
    words = {"certificate number": issue.certificate_number}
    if isinstance(content, ResidentRecordContent):
        head = content.head_name or OMITTED
        words |= {"title": "住民票の写し", "scope": _scope(content)}
        words |= {"address": f"住所{content.address}", "head of household": f"世帯主{head}"}
    else:
        words |= {"title": "印鑑登録証明書"}
    return squeezed(words)


def _on_last_page(content: Content) -> dict[str, str]:
    if isinstance(content, ResidentRecordContent):
        sentence = f"この写しは、{_scope(content)}の住民票の原本と相違ないことを証明する。"
    else:
        sentence = "この写しは、登録されている印影と相違ないことを証明する。"
    issue = content.issue
    mayor = issue.mayor.title + issue.mayor.name
    issued = sentence + era_date(issue.issued_on)
    return squeezed({"attestation and date of issue": issued, "mayor": mayor})


def _of_people(content: Content) -> list[dict[str, str]]:
    if isinstance(content, ResidentRecordContent):
        return [squeezed(_resident(entry)) for entry in content.residents]
    person = {
        "name": f"{NAME}{content.name}",
        **_alias(content.alias),
        "birth date": f"生年月日{era_date(content.birth_date)}",
        "sex": f"性別{content.sex}",
        "address": f"住所{content.address}",
    }
    return [squeezed(person)]


def _resident(entry: ResidentEntry) -> dict[str, str]:
    since = "外国人住民となった年月日" if entry.foreign else "住民となった年月日"
    origin = OMITTED if entry.honseki is None else entry.honseki
    head = OMITTED if entry.family_head is None else entry.family_head
    return {
        "reading": f"{READING}{entry.name_kana}",
        "name": f"{NAME}{entry.name}",
        **_alias(entry.alias),
        "birth date": f"生年月日{era_date(entry.birth_date)}",
        "sex": f"性別{entry.sex}",
        "resident since": f"{since}{era_date(entry.became_resident_on)}",
        "relationship": f"続柄{entry.relationship or OMITTED}",
        "address since": f"住所を定めた年月日{era_date(entry.moved_here_on)}",
        "honseki": f"国籍・地域{origin}" if entry.foreign else f"本籍{origin}",
        "family head": f"筆頭者{head or NOT_RECORDED}",
        "previous address": f"前住所{entry.previous_address or NOT_RECORDED}",
    }


def _alias(alias: str | None) -> dict[str, str]:
    return {"alias": f"{ALIAS}{alias}"} if alias else {}


def _scope(content: ResidentRecordContent) -> str:
    return "世帯全員" if content.whole_household else "世帯の一部"


def squeezed(items: Mapping[str, str]) -> dict[str, str]:
    """Return items without white space in their texts."""
    return {item: without_space(text) for item, text in items.items()}
