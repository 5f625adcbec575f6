"""What must be on the pages, taken from the content and not from what was sent to be drawn."""

from collections.abc import Iterator

from municipal_adapter.certificates.content import (
    Content,
    ResidentEntry,
    ResidentRecordContent,
)
from municipal_adapter.certificates.era import era_date
from municipal_adapter.readback.page import without_space

TITLES = ("住民票の写し", "印鑑登録証明書")
"""Of a resident record, of a seal registration."""


def on_every_page(content: Content) -> dict[str, str]:
    """Return what each page holds, by the name of the item."""
    title = TITLES[0] if isinstance(content, ResidentRecordContent) else TITLES[1]
    issue = content.issue
    return {
        "title": title,
        "certificate number": without_space(issue.certificate_number),
        "issuance": issue.issuance,
        "address": without_space(content.address),
    }


def on_last_page(content: Content) -> dict[str, str]:
    """Return what the last page holds beside the persons, by the name of the item."""
    if isinstance(content, ResidentRecordContent):
        scope = "世帯全員" if content.whole_household else "世帯の一部"
        sentence = f"この写しは、{scope}の住民票の原本と相違ないことを証明する。"
    else:
        sentence = "この写しは、登録されている印影と相違ないことを証明する。"
    issue = content.issue
    return {
        "attestation": sentence,
        "date of issue": era_date(issue.issued_on),
        "mayor": without_space(issue.mayor.title + issue.mayor.name),
    }


def of_people(content: Content) -> list[dict[str, str]]:
    """Return what the part of each person holds, in the order of the record."""
    if isinstance(content, ResidentRecordContent):
        return [_squeezed(_resident(entry)) for entry in content.residents]
    person = {
        "name": content.name,
        "birth date": era_date(content.birth_date),
        "sex": content.sex.value,
        "address": content.address,
    }
    return [_squeezed(person)]


def _resident(entry: ResidentEntry) -> dict[str, str]:
    return {
        "name": entry.name,
        "reading": entry.name_kana,
        "birth date": era_date(entry.birth_date),
        "sex": entry.sex.value,
        "resident since": era_date(entry.became_resident_on),
        "address since": era_date(entry.moved_here_on),
        "previous address": entry.previous_address or "",
        "relationship": entry.relationship or "",
        "honseki": entry.honseki or "",
        "family head": entry.family_head or "",
    }


def _squeezed(items: dict[str, str]) -> dict[str, str]:
    return {item: without_space(text) for item, text in items.items()}


def every_word(content: Content) -> Iterator[str]:
    """Yield everything that the content allows on the pages."""
    yield from on_every_page(content).values()
    yield from on_last_page(content).values()
    for person in of_people(content):
        yield from person.values()
    if isinstance(content, ResidentRecordContent):
        yield without_space(content.head_name)
