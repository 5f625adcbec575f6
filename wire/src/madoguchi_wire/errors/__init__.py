"""The one tree of errors. Each leaf is a stable problem type with words for whom it reaches.

    MadoguchiError
    ├── RequestRefused          what was sent cannot be read or is too large
    ├── CallerRefused           token, terminal
    ├── EnrolmentRefused        a terminal's code, its request
    ├── SignatureRefused        a signed statement does not verify
    ├── CardRefused             card certificate, its signature, revocation
    ├── SessionRefused          session, challenge, beacon
    ├── OrderRefused            order, price, Idempotency-Key
    ├── OfferRefused            municipality, hours, kind
    ├── PersonRefused           the municipality's rules about a person
    ├── IssuanceRefused         the life of an issuance
    ├── AdapterFailed           a municipality's adapter
    ├── WitnessRefused          a municipality that countersigns stamps
    ├── BillingRefused          closes, payments, refunds, statements
    └── ServiceUnavailable      we cannot judge or keep what we must

`slug` is the last part of the problem's `type` (`/problems/{slug}`), and never changes meaning.
Nothing is charged when an error is raised: money is taken only after the gateway's go.
"""

from madoguchi_wire.errors.adapters import (
    AdapterBusy,
    AdapterFailed,
    AdapterNonsense,
    AdapterPaused,
    AdapterTimeout,
    AttestationRefused,
    AuditBehind,
    IssuanceClosed,
    NotForThisKey,
    PrepareInProgress,
    PrepareTimeout,
    ReadBackFailed,
    RevocationUnknown,
    ServiceUnavailable,
)
from madoguchi_wire.errors.billing import (
    AccountNotInForce,
    AccountUnknown,
    AmountRefused,
    ArrivalDiffers,
    BillingRefused,
    ClaimUnknown,
    DocumentUnreadable,
    InvoiceUnknown,
    LedgerUnexplained,
    NothingToTransfer,
    NotInEncoding,
    PaperNotRefundable,
    PaymentDiffers,
    PaymentUnknown,
    PeriodClosed,
    PeriodNotClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
    StatementUnknown,
    TransferFileMade,
    TransferFileUnknown,
)
from madoguchi_wire.errors.callers import (
    BodyTooLarge,
    CallerRefused,
    ClientAssertionRefused,
    EnrolmentCodeExpired,
    EnrolmentCodeRefused,
    EnrolmentCodeUsed,
    EnrolmentOutdated,
    EnrolmentRefused,
    EnrolmentRequestRefused,
    EnrolmentUnknown,
    HeadersTooLarge,
    InvalidFields,
    NotFound,
    RequestRefused,
    RequestTimeout,
    SignatureRefused,
    TerminalSuspended,
    TerminalUnknown,
    TooManyEnrolmentRequests,
    TooManyRequests,
    UnsupportedMediaType,
)
from madoguchi_wire.errors.cards import (
    BeaconRefused,
    CardAuthorityUnknown,
    CardCertificateExpired,
    CardCertificateOfWrongKind,
    CardCertificateOnHold,
    CardCertificateRevoked,
    CardRefused,
    ChallengeRefused,
    SessionExpired,
    SessionOfAnotherMunicipality,
    SessionOfAnotherTerminal,
    SessionRefused,
    SessionReused,
    SessionUnknown,
)
from madoguchi_wire.errors.issuances import (
    DocumentLost,
    IssuanceChanging,
    IssuanceExpired,
    IssuanceQuarantined,
    IssuanceRefused,
    IssuanceUnknown,
    ReportSequenceReused,
    TooManyReports,
)
from madoguchi_wire.errors.orders import (
    CardIssuedToday,
    CollectorNotDesignated,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    MachineOfAnotherMunicipality,
    MemberUnknown,
    MunicipalityNotLive,
    MunicipalityStopped,
    MunicipalityUnknown,
    NoSealRegistered,
    OfferRefused,
    OptionNotOffered,
    OrderInFlight,
    OrderNotOfSession,
    OrderRefused,
    OrderReplayed,
    OutOfHours,
    PersonRefused,
    PriceChanged,
    TooManyIssued,
    UnderAge,
    UnderMaintenance,
)
from madoguchi_wire.errors.tree import (
    MadoguchiError,
)
from madoguchi_wire.errors.witnesses import NoStampYet, StampConflict, WitnessRefused

__all__ = [
    "AccountNotInForce",
    "AccountUnknown",
    "AdapterBusy",
    "AdapterFailed",
    "AdapterNonsense",
    "AdapterPaused",
    "AdapterTimeout",
    "AmountRefused",
    "ArrivalDiffers",
    "AttestationRefused",
    "AuditBehind",
    "BeaconRefused",
    "BillingRefused",
    "BodyTooLarge",
    "CallerRefused",
    "CardAuthorityUnknown",
    "CardCertificateExpired",
    "CardCertificateOfWrongKind",
    "CardCertificateOnHold",
    "CardCertificateRevoked",
    "CardIssuedToday",
    "CardRefused",
    "ChallengeRefused",
    "ClaimUnknown",
    "ClientAssertionRefused",
    "CollectorNotDesignated",
    "DocumentLost",
    "DocumentUnreadable",
    "EnrolmentCodeExpired",
    "EnrolmentCodeRefused",
    "EnrolmentCodeUsed",
    "EnrolmentOutdated",
    "EnrolmentRefused",
    "EnrolmentRequestRefused",
    "EnrolmentUnknown",
    "HeadersTooLarge",
    "IdempotencyKeyMissing",
    "IdempotencyKeyReused",
    "InvalidFields",
    "InvoiceUnknown",
    "IssuanceChanging",
    "IssuanceClosed",
    "IssuanceExpired",
    "IssuanceQuarantined",
    "IssuanceRefused",
    "IssuanceUnknown",
    "LedgerUnexplained",
    "MachineOfAnotherMunicipality",
    "MadoguchiError",
    "MemberUnknown",
    "MunicipalityNotLive",
    "MunicipalityStopped",
    "MunicipalityUnknown",
    "NoSealRegistered",
    "NoStampYet",
    "NotForThisKey",
    "NotFound",
    "NotInEncoding",
    "NothingToTransfer",
    "OfferRefused",
    "OptionNotOffered",
    "OrderInFlight",
    "OrderNotOfSession",
    "OrderRefused",
    "OrderReplayed",
    "OutOfHours",
    "PaperNotRefundable",
    "PaymentDiffers",
    "PaymentUnknown",
    "PeriodClosed",
    "PeriodNotClosed",
    "PeriodNotOver",
    "PeriodOutOfOrder",
    "PersonRefused",
    "PrepareInProgress",
    "PrepareTimeout",
    "PriceChanged",
    "ReadBackFailed",
    "ReportSequenceReused",
    "RequestRefused",
    "RequestTimeout",
    "RevocationUnknown",
    "ServiceUnavailable",
    "SessionExpired",
    "SessionOfAnotherMunicipality",
    "SessionOfAnotherTerminal",
    "SessionRefused",
    "SessionReused",
    "SessionUnknown",
    "SignatureRefused",
    "StampConflict",
    "StatementUnknown",
    "TerminalSuspended",
    "TerminalUnknown",
    "TooManyEnrolmentRequests",
    "TooManyIssued",
    "TooManyReports",
    "TooManyRequests",
    "TransferFileMade",
    "TransferFileUnknown",
    "UnderAge",
    "UnderMaintenance",
    "UnsupportedMediaType",
    "WitnessRefused",
    "all_errors",
    "family",
]


def all_errors() -> dict[str, type[MadoguchiError]]:
    """Return every error with a slug of its own, by slug: the register of problem types."""
    return {error.slug: error for error in family(MadoguchiError)}


def family(*roots: type[MadoguchiError]) -> tuple[type[MadoguchiError], ...]:
    """Return these errors and all below them that have a slug of their own, by slug."""
    found: dict[str, type[MadoguchiError]] = {}
    pending = [*roots]
    while pending:
        error = pending.pop()
        if "slug" in vars(error):
            found[error.slug] = error
        pending.extend(error.__subclasses__())
    return tuple(found[slug] for slug in sorted(found))
