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


class MoneyAsked(_Entry):
    """The money slot is about to open."""

    entry: Literal["money_asked"] = "money_asked"
    issuance: str
    yen: int


class MoneyTaken(_Entry):
    """The fee is in the machine."""

    entry: Literal["money_taken"] = "money_taken"
    issuance: str


class Printing(_Entry):
    """The printer is about to start."""

    entry: Literal["printing"] = "printing"
    issuance: str


class Printed(_Entry):
    """The printer has finished: every page lies in the tray."""

    entry: Literal["printed"] = "printed"
    issuance: str
    pages: int


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
    | MoneyAsked
    | MoneyTaken
    | Printing
    | Printed
    | ReportWritten
    | ReportAnswered
    | TrayInDoubt
    | TrayAcknowledged,
    Field(discriminator="entry"),
]

ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
