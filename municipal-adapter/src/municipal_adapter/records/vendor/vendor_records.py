"""The part of the adapter file that describes a vendor's issuing server."""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from madoguchi_wire.order import Kind
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from municipal_adapter.records.mapping.records import HouseholdFields, ResidentFields, SealFields

Path_ = Annotated[str, Field(pattern=r"^/", max_length=500)]
Pointer = Annotated[str, Field(min_length=1, max_length=200)]
"""Dotted path in a JSON answer: result.person."""
Text = Annotated[str, Field(min_length=1, max_length=200)]


def _web(url: str) -> str:
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if parts.username is not None or not (here or parts.scheme == "https") or not parts.hostname:
        raise ValueError("must begin with https://, but for a server on this machine")
    return url.rstrip("/")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class State(_Part):
    """Where the server tells the version of its records."""

    path: Path_
    version: Pointer
    current_as_of: Pointer
    """ISO 8601 with an offset."""


class Record(_Part):
    """Where the server gives one resident with the household, its members and the seal."""

    path: Path_
    """With {resident}."""
    version: Pointer
    resident: Pointer
    household: Pointer
    members: Pointer
    """The household's members of today in legal order, the head first."""
    seal: Pointer
    """null: never any."""


class Search(_Part):
    """Where the server finds the residents of today by their birth date, for the way back."""

    path: Path_
    """With {birth_date}: 2010-02-02."""
    residents: Pointer


class DocumentRequest(_Part):
    """How the server is asked for a finished document, and where it is in the answer."""

    path: Path_
    body: dict[str, Any]
    """JSON; texts may hold {issuance} {kind} {resident} {certificate_number} {date}, and a text
    that is just {members}, {relationship} or {honseki} becomes a list or true and false."""
    pdf: Pointer
    """The PDF in base64."""
    record: Record


class Form(_Part):
    """What one kind of document says: lines with {items}, in the order in which it draws them.

    That must be the order in which they are read, too: to the right, or down.

    White space does not count. Items of the certificate: {address} {head_name} {scope} {issued_on}
    {mayor_title} {mayor_name} {certificate_number}; of each person: {name} {name_kana} {alias}
    {birth_date} {sex} {became_resident_on} {relationship} {moved_here_on} {honseki} {family_head}
    {previous_address}. A line whose item is empty ({alias}) is not expected.
    """

    title: Text
    every_page: tuple[Text, ...] = ()
    person: Annotated[tuple[Text, ...], Field(min_length=2)]
    last_page: tuple[Text, ...] = ()
    most_pages: Annotated[int, Field(ge=1, le=50, strict=True)] = 10
    office_seal: bool = True
    """Whether the official seal of the adapter file is on it."""


class VendorRecords(_Part):
    """A vendor's issuing server with a REST interface."""

    source: Literal["http"]
    url: Annotated[str, AfterValidator(_web)]
    timeout_seconds: Annotated[float, Field(gt=0, le=10)] = 3
    """For one answer. All refusals about persons come after twice as long, so that nobody can tell
    whom the server hides; the gateway waits 30 s."""
    token_file: Path | None = None
    """Its content is sent as `Authorization: Bearer`."""
    state: State
    record: Record
    search: Search
    residents: ResidentFields
    households: HouseholdFields
    seals: SealFields
    document: DocumentRequest
    forms: dict[Kind, Form]
    words: Path
    """What the server's forms print by themselves, one word a line."""
    stamp_millimetres: Annotated[float, Field(ge=4, le=290)] = 10
    """From the foot of the page to the line that the adapter stamps; nothing else may be there."""
