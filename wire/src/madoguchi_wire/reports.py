"""Reports of a terminal: signed by its own key, numbered per terminal, accepted once each."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from madoguchi_wire.clock import Instant
from madoguchi_wire.encoding import Digest
from madoguchi_wire.enrolment import EnrolmentToken, enrolled_key
from madoguchi_wire.errors import SignatureRefused
from madoguchi_wire.keys import KeyPurpose, KeySet
from madoguchi_wire.order import Yen
from madoguchi_wire.signed import Statement, unverified_payload


class Money(StrEnum):
    """What happened to the cardholder's money when a paper was voided."""

    NOT_TAKEN = "not_taken"
    REFUNDED = "refunded"
    KEPT = "kept"
    """It could not be handed back by the machine: owed to the cardholder, a person refunds it."""


class VoidReason(StrEnum):
    """Why a paper did not come out, or must not count."""

    CANCELLED = "cancelled"
    PRINT_FAILED = "print_failed"
    RESTARTED = "restarted"
    """The terminal lost power or crashed; after a restart it never prints."""
    NO_GO = "no_go"
    """The gateway did not answer *paid* with its go."""
    ATTESTATION_EXPIRED = "attestation_expired"
    DOCUMENT_REJECTED = "document_rejected"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paid(_Body):
    """The fee is in the machine; the answer to this report is the gateway's go."""

    event: Literal["paid"] = "paid"
    yen: Yen


class Completed(_Body):
    """The paper is printed and lies in the tray."""

    event: Literal["completed"] = "completed"
    pages: Annotated[int, Field(ge=1)]


class Voided(_Body):
    """No paper came out, or it was destroyed."""

    event: Literal["voided"] = "voided"
    reason: VoidReason
    money: Money


class Rejected(_Body):
    """The attestation or the document did not hold at the terminal."""

    event: Literal["rejected"] = "rejected"
    what: str
    """The name of the field or check that failed, never a value."""
    attestation_sha256: Digest
    ciphertext_sha256: Digest


class NotMine(_Body):
    """The cardholder says that this is not their paper. Changes no state; keeps the evidence."""

    event: Literal["not_mine"] = "not_mine"


class CashCounted(_Body):
    """The machine's coins were counted."""

    event: Literal["cash_counted"] = "cash_counted"
    yen: Annotated[int, Field(ge=0, strict=True)]


class CashCollected(_Body):
    """All coins were taken out of the machine; what is counted later came in since."""

    event: Literal["cash_collected"] = "cash_collected"
    yen: Annotated[int, Field(ge=0, strict=True)]


class PaperRefilled(_Body):
    """Paper was put into the machine."""

    event: Literal["paper_refilled"] = "paper_refilled"
    sheets: Annotated[int, Field(ge=1, strict=True)]


OfMachine = CashCounted | CashCollected | PaperRefilled
"""What is about a machine, and about no issuance."""
ReportBody = Paid | Completed | Voided | Rejected | NotMine | OfMachine


class TerminalReport(Statement):
    """One thing that a terminal reports."""

    typ: ClassVar[str] = "madoguchi-report+jws"

    terminal: str
    sequence: Annotated[int, Field(ge=1, strict=True)]
    issuance: str | None = None
    """The issuance it is about; none for what is about the machine."""
    reported_at: Instant
    enrolment: EnrolmentToken
    """The terminal's."""
    body: Annotated[ReportBody, Field(discriminator="event")]


def verified_report(token: str, keys: KeySet, at: Instant) -> TerminalReport:
    """Return the report that the terminal named in it signed with its own key.

    Raises:
        SignatureRefused: a key that is not this terminal's, or not a report.

    """
    claimed = TerminalReport.parsed(unverified_payload(token))
    kid, purpose = TerminalReport.kid_of(token), KeyPurpose.TERMINAL_STATEMENT
    key = enrolled_key(claimed.enrolment, kid, purpose, claimed.terminal, keys, at)
    report = TerminalReport.verified(token, key)
    if (report.issuance is None) != isinstance(report.body, OfMachine):
        raise SignatureRefused("A report names the issuance it is about.")
    return report
