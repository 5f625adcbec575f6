"""The part of the adapter file that describes a vendor's issuing server."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from madoguchi_wire.order import Kind
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from municipal_adapter.municipality.text import NotBlank
from municipal_adapter.records.mapping.records import HouseholdFields, ResidentFields, SealFields
from municipal_adapter.records.vendor.body import checked_body
from municipal_adapter.records.vendor.items import OF_CERTIFICATE, OF_PERSON, fault_at, with_items
from municipal_adapter.records.vendor.pointers import Pointer, check_ends, checked_pointer

Path_ = Annotated[str, Field(pattern=r"^/[^#]*$", max_length=500)]
Text = Annotated[NotBlank, Field(max_length=200)]
LineOfCertificate = Annotated[Text, with_items(OF_CERTIFICATE)]
LineOfPerson = Annotated[Text, with_items(OF_PERSON)]
_NOTHING = frozenset[str]()


def _web(url: str) -> str:
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if parts.username is not None or not (here or parts.scheme == "https") or not parts.hostname:
        raise ValueError("must begin with https://, but for a server on this machine")
    if "?" in url or "#" in url:
        raise ValueError("must end with the path that all others go on from: no ? and no #")
    return url.rstrip("/")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class State(_Part):
    """Where the server tells the version of its records."""

    path: Annotated[Path_, with_items(_NOTHING)]
    version: Pointer
    current_as_of: Pointer
    """ISO 8601 with an offset."""


class Record(_Part):
    """Where the server gives one resident with the household, its members and the seal."""

    path: Annotated[Path_, with_items({"resident"}, {"resident"})]
    """With {resident}."""
    version: Pointer
    resident: Pointer
    household: Pointer
    members: Pointer
    """The household's members of today in legal order, the head first."""
    seal: Pointer
    """null: never any."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        objects = {"resident": self.resident, "household": self.household}
        check_ends({"version": self.version, "members": self.members, "seal": self.seal}, objects)
        return self


class Search(_Part):
    """Where the server finds the residents of today by their birth date, for the way back."""

    path: Annotated[Path_, with_items({"birth_date"}, {"birth_date"})]
    """With {birth_date}: 2010-02-02."""
    residents: Pointer


class DocumentRequest(_Part):
    """How the server is asked for a finished document, and where it is in the answer."""

    path: Annotated[Path_, with_items(_NOTHING)]
    body: Annotated[dict[str, Any], AfterValidator(checked_body)]
    """JSON; texts may hold {issuance} {kind} {resident} {certificate_number} {date}, and a text
    that is just {members}, {whole_household}, {relationship} or {honseki} becomes a list or true
    and false."""
    pdf: Pointer
    """The PDF in base64."""
    record: Record


class Form(_Part):
    """What one kind of document says: lines with {items}, in the order in which it draws them.

    That must be the order in which they are read, too: to the right, or down.

    White space of the words does not count, that of values does. Items of the certificate:
    {address} {head_name} {scope} {issued_on} {mayor_title} {mayor_name} {certificate_number}; of
    each person: {name} {name_kana} {alias} {birth_date} {sex} {became_resident_on} {relationship}
    {moved_here_on} {honseki} {family_head} {previous_address}. A line
    whose item is empty ({alias}) is not expected.
    """

    title: Annotated[Text, with_items(_NOTHING)]
    every_page: tuple[LineOfCertificate, ...] = ()
    person: tuple[LineOfPerson, ...]
    """With 氏名{name}, perhaps 通称{alias}, and 生年月日{birth_date} right after it, by which a
    paper is led back to its person."""
    last_page: tuple[LineOfCertificate, ...] = ()
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

    @model_validator(mode="after")
    def _dotted(self) -> Self:
        sections = {"residents": self.residents, "households": self.households, "seals": self.seals}
        for section, fields in sections.items():
            for name, mapping in fields.mappings():
                for part in mapping.columns():
                    try:
                        checked_pointer(str(part.from_))
                    except ValueError as fault:
                        raise fault_at((section, name), str(fault)) from None
        return self
