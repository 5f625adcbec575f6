"""Rows of the gateway's database as the checker reads them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checker.evidence.billing import BillingBooks


@dataclass(frozen=True, slots=True)
class Issuance:
    """The life of one paper, as the gateway says it ended."""

    issuance_id: str
    municipality: str
    accepted_on: date
    order_id: str
    order_digest: str
    session_digest: str
    copy_number: int
    terminal: str
    site: str
    chain: str
    place: str
    channel: str
    kind: str
    state: str
    fee: int
    commission: int
    tariff_version: str
    configuration_version: int
    deadline: datetime
    """The adapter's time until it has answered; from then on the terminal's, to fetch."""
    report_deadline: datetime | None
    attestation: str | None
    certificate_number: str | None
    pages: int | None
    document_sha256: str | None
    ciphertext_sha256: str | None
    problem: str | None
    void_reason: str | None
    money: str | None
    event_sequence: int
    accepted_at: datetime
    prepared_at: datetime | None
    delivered_at: datetime | None
    paid_at: datetime | None
    ended_at: datetime | None
    test: bool
    """A test paper (見本): nothing is taken, metered or booked for it."""


@dataclass(frozen=True, slots=True)
class MeteringRecord:
    """What is billed for one paper."""

    issuance_id: str
    municipality: str
    accepted_on: date
    kind: str
    chain: str
    site: str
    place: str
    channel: str
    yen: int
    commission: int
    tariff_version: str
    configuration_version: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Yen moved from one account of the ledger to another."""

    issuance_id: str
    municipality: str
    accepted_on: date
    purpose: str
    debit_account: str
    credit_account: str
    yen: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One side of a transfer in the view `ledger_lines`: debits positive, credits negative."""

    issuance_id: str
    account: str
    yen: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event as it was inserted."""

    position: int
    event_id: str
    subject: str
    sequence: int
    type: str
    canonical: bytes
    digest: str
    stamp: int | None
    """Number of the stamp whose batch it is in."""
    published_at: datetime | None
    """When the audit stream had it."""


@dataclass(frozen=True, slots=True)
class StampRow:
    """A stamp over a batch of events, with what others signed over it."""

    number: int
    token: str
    digest: str
    leaves: list[str]
    countersignatures: str
    """Tokens by municipality, JSON."""
    timestamp: bytes | None


@dataclass(frozen=True, slots=True)
class Report:
    """A terminal's report as the gateway kept it."""

    terminal: str
    sequence: int
    issuance_id: str | None
    event: str
    token: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the municipality's adapter is told about how an issuance ended."""

    issuance_id: str
    outcome: str
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stop:
    """When nothing may be released: a municipality, or its path to one terminal."""

    municipality: str
    terminal: str | None
    stopped_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A named person ended an issuance that was in doubt or in quarantine."""

    issuance_id: str
    state: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class MunicipalityDecision:
    """In which state, and under which version, a municipality is, until another one counts."""

    number: int
    municipality: str
    state: str
    version: int
    in_force_from: datetime


@dataclass(frozen=True, slots=True)
class Site:
    """Where a terminal stands."""

    site: str
    chain: str
    municipality: str
    type: str
    """`store`, or `city`: its own place."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a chain earns by one paper from a day on."""

    chain: str
    valid_from: date
    yen: int


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that the gateway's database holds about issuances."""

    issuances: tuple[Issuance, ...]
    answer_deadlines: dict[str, datetime]
    """Until when the adapter had time, by order: nothing moves it later."""
    metering: tuple[MeteringRecord, ...]
    transfers: tuple[Transfer, ...]
    ledger_lines: tuple[LedgerLine, ...]
    outbox: tuple[OutboxRow, ...]
    stamps: tuple[StampRow, ...]
    """In the order of numbers."""
    reports: tuple[Report, ...]
    outcomes: tuple[Outcome, ...]
    stops: tuple[Stop, ...]
    decisions: tuple[Decision, ...]
    sites: dict[str, Site]
    rates: tuple[Rate, ...]
    """By chain, then by day."""
    terminal_sites: dict[str, str]
    """Site of each terminal."""
    suspended: frozenset[str]
    """Terminals that are not let in at present."""
    configurations: dict[tuple[str, int], dict[str, Any]]
    """Municipality file by code and version."""
    municipality_decisions: tuple[MunicipalityDecision, ...]
    """In the order of their numbers."""
    billing: BillingBooks | None = None
    """None: an installation without billing."""
