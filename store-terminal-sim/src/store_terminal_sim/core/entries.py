"""What the terminal writes into its journal, each before the step that it is about."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

TrayDoubt = Literal["restarted", "print_failed", "not_mine"]
"""Why somebody must look into the tray: power failed, the printer failed, or a cardholder says that
the paper is not theirs."""


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


class CollectingCash(_Entry):
    """The staff are about to take the coins out; what they took is told by the report."""

    entry: Literal["collecting_cash"] = "collecting_cash"
    collection: int
    """By which the machine knows this one from others."""


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
    go: bool | None = None
    """The gateway's go; None if it refused, or in a journal from before it was kept."""


class HandedOver(_Entry):
    """The cardholder has taken the paper; until this is written it may still lie in the tray."""

    entry: Literal["handed_over"] = "handed_over"
    issuance: str


class TrayInDoubt(_Entry):
    """A paper may lie in the tray: somebody must look into it before the next customer."""

    entry: Literal["tray_in_doubt"] = "tray_in_doubt"
    doubt: TrayDoubt = "restarted"


class TrayAcknowledged(_Entry):
    """The staff have cleared the tray."""

    entry: Literal["tray_acknowledged"] = "tray_acknowledged"


Entry = Annotated[
    TrustListSeen
    | DocumentAsked
    | Printing
    | HandedOver
    | CollectingCash
    | ReportWritten
    | ReportAnswered
    | TrayInDoubt
    | TrayAcknowledged,
    Field(discriminator="entry"),
]

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
