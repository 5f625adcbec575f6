"""What the terminal writes into its journal, each before the step that it is about."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrustListSeen(_Entry):
    """A trust list of this version was accepted; an older one never will be again."""

    entry: Literal["trust_list_seen"] = "trust_list_seen"
    version: int


class DocumentAsked(_Entry):
    """The document is about to be fetched: from here on the issuance ends by a report."""

    entry: Literal["document_asked"] = "document_asked"
    issuance: str


class Printing(_Entry):
    """The printer is about to start; that it has finished is told by the report *completed*."""

    entry: Literal["printing"] = "printing"
    issuance: str


class ReportWritten(_Entry):
    """A report, before it is sent: its number is used and its bytes stay as they are."""

    entry: Literal["report_written"] = "report_written"
    sequence: int
    issuance: str | None
    event: str
    token: str


class ReportAnswered(_Entry):
    """The gateway has the report, or has refused it for good with the problem `refused`."""

    entry: Literal["report_answered"] = "report_answered"
    sequence: int
    refused: str | None = None


class TrayInDoubt(_Entry):
    """Power failed while printing: somebody must look into the tray before the next customer."""

    entry: Literal["tray_in_doubt"] = "tray_in_doubt"


class TrayAcknowledged(_Entry):
    """The staff have cleared the tray."""

    entry: Literal["tray_acknowledged"] = "tray_acknowledged"


Entry = Annotated[
    TrustListSeen
    | DocumentAsked
    | Printing
    | ReportWritten
    | ReportAnswered
    | TrayInDoubt
    | TrayAcknowledged,
    Field(discriminator="entry"),
]

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
