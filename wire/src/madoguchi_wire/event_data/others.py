"""Data of the events beside the issuances: sessions, reports, refusals, stops, configuration."""

from typing import Annotated

from pydantic import Field, StringConstraints

from madoguchi_wire.event_data.parts import (
    AtTerminal,
    Count,
    EventData,
    Id,
    Label,
    Municipality,
    Name,
    Person,
    Problem,
    Sha256,
    Test,
    Traced,
    Word,
    Words,
    Yen,
)


class SessionOpened(AtTerminal):
    """A cardholder's card and PIN opened a session; the gateway keeps a digest of it only."""

    session: Id
    municipality: Municipality | None = None
    """Whose certificates the session is for."""


class HouseholdShown(AtTerminal):
    """The terminal was handed, sealed, who lives in the cardholder's household, to choose from."""

    session: Id
    municipality: Municipality | None = None


class ReportKept(AtTerminal):
    """A report that changed no state: of the machine, not mine, late, or during quarantine.

    Of an issuance it says the issuance's facts, too; `cash_counted`, `cash_collected` and
    `paper_refilled` are about none.
    """

    report: Annotated[Word, Field(examples=["cash_counted"])]
    report_sequence: Annotated[Count, Field(examples=[19])]
    issuance: Id | None = None
    state: Word | None = None
    """The state that the issuance stays in."""
    municipality: Municipality | None = None
    kind: Word | None = None
    chain: Name | None = None
    place: Label | None = None
    channel: Word | None = None
    copy_number: Count | None = None
    fee: Yen | None = None
    commission: Yen | None = None
    tariff_version: Label | None = None
    configuration_version: Count | None = None
    attestation_sha256: Sha256 | None = None
    """Of a rejected document: what the terminal says it saw."""
    ciphertext_sha256: Sha256 | None = None


class RequestRefused(AtTerminal):
    """A request of a known terminal ended in a problem, outside of an issuance."""

    problem: Annotated[Problem, Field(examples=["card-certificate-revoked"])]
    method: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$"), Field(examples=["POST"])]
    path: Annotated[
        str, StringConstraints(pattern=r"^[!-~]{1,200}$"), Field(examples=["/v1/sessions"])
    ]
    """As the API describes it, without what was typed; `unknown`: no such address."""
    municipality: Municipality | None = None
    """Whose certificate was asked for; none where that was not known yet."""


_Minute = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:00[+]00:00$"),
    Field(examples=["2026-11-27T01:00:00+00:00"]),
]


class TerminalRefused(AtTerminal):
    """Requests of one terminal in one minute that ended in one problem, beyond the first, merged.

    The first few of a minute have events of their own (`madoguchi.request.refused.v1`); those say
    whether it is a test terminal, and this one never does.
    """

    minute: _Minute
    problem: Annotated[Problem, Field(examples=["card-certificate-revoked"])]
    count: Annotated[Count, Field(examples=[250])]


class CallersRefused(Traced):
    """Requests of unauthenticated callers in one minute that ended in one problem, merged."""

    minute: _Minute
    problem: Annotated[Problem, Field(examples=["invalid-client-assertion"])]
    count: Annotated[Count, Field(examples=[12])]


class StopRaised(EventData):
    """A municipality, or its path to one terminal, issues nothing until a person releases it."""

    stop: Id
    incident: Id
    """What gave rise to it; stops of one incident may be released together."""
    municipality: Municipality
    terminal: Name | None = None
    """None: the whole municipality."""
    cause: Annotated[Word, Field(examples=["mismatch"])]
    what: Annotated[Words, Field(examples=["attestation-refused"])]
    issuance: Id | None = None
    """The issuance that gave rise to it."""


class StopReleased(EventData):
    """A named person released a stop, with a finding."""

    stop: Id
    incident: Id
    municipality: Municipality
    released_by: Person
    finding: Annotated[Word, Field(examples=["cause-mended"])]


class CardholderAsked(EventData):
    """A named person had the pseudonyms of a card made; the event does not say of which."""

    municipality: Municipality
    asked_by: Person


class TerminalChanged(EventData):
    """The centre decided about a terminal, or its registrar enrolled one."""

    terminal: Annotated[Name, Field(examples=["komorebi-ichikawa-yawata-1"])]
    change: Annotated[Word, Field(examples=["suspended"])]
    """`suspended`, `lost`, `resumed`, `code-made` or `enrolled`."""
    decided_by: Person


class OutboxEmptied(EventData):
    """A past month's payloads left the gateway's outbox; stream and stamps have the events."""

    month: Annotated[
        str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$"), Field(examples=["2026-04"])
    ]
    events: Annotated[Count, Field(examples=[120_000])]
    emptied_by: Person


class ArchiveNoted(EventData):
    """Where the journal of an archive ended: its looks, holds and rules up to there cannot change.

    Stamped with all else, so whoever runs that archive cannot write its journal anew unnoticed.
    """

    archive: Id
    position: Annotated[Count, Field(examples=[4711])]
    digest: Sha256
    noted_by: Person


class AlarmRaised(Traced):
    """Something that a person has to look at; with an issuance's facts if it is about one.

    Of alarms of one kind that one terminal's refused requests cause in a minute, the first few
    stand alone, and one more with `minute` and `count` stands for the others; it says nothing of
    `test`.
    """

    alarm: Annotated[Word, Field(examples=["completed_without_go"])]
    what: Annotated[
        Words | None, Field(examples=["The attestation differs from what was asked: pages."])
    ] = None
    terminal: Name | None = None
    site: Name | None = None
    report_sequence: Count | None = None
    issuance: Id | None = None
    municipality: Municipality | None = None
    kind: Word | None = None
    chain: Name | None = None
    place: Label | None = None
    channel: Word | None = None
    copy_number: Count | None = None
    fee: Yen | None = None
    commission: Yen | None = None
    tariff_version: Label | None = None
    configuration_version: Count | None = None
    minute: _Minute | None = None
    count: Count | None = None
    """How many alarms this one stands for; none: itself."""
    test: Test = None


class ConfigurationLoaded(EventData):
    """A file was put: a chain, in force, or a new version of a municipality, not in force yet."""

    municipality: Annotated[Municipality | None, Field(examples=["122033"])] = None
    version: Annotated[Count | None, Field(examples=[3])] = None
    """Of the municipality's configuration."""
    name: Annotated[Label | None, Field(examples=["市川市"])] = None
    """The municipality's, in Japanese, from this version on."""
    digest: Annotated[Sha256 | None, Field(examples=["7c" * 32])] = None
    """SHA-256 of the file's values in their one spelling."""
    chain: Name | None = None


class MunicipalityDecided(EventData):
    """Named persons decided in which state, and under which version, a municipality is."""

    municipality: Municipality
    decision: Annotated[Count, Field(examples=[1742])]
    """Its number; of those whose time has come, the highest is in force."""
    step: Annotated[Word, Field(examples=["go-live"])]
    state: Annotated[Word, Field(examples=["live"])]
    version: Annotated[Count, Field(examples=[3])]
    """Of the municipality's configuration."""
    digest: Sha256
    """SHA-256 of that version's values in their one spelling."""
    in_force_from: Annotated[
        str,
        StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+]00:00$"),
        Field(examples=["2026-11-30T01:02:03+00:00"]),
    ]
    decided_by: Person
    agreed_by: Person | None = None
    """The second person, where two decided."""
    report: Sha256 | None = None
    """Of the probe that the municipality goes live with."""
    consent: Sha256 | None = None
    """Of the municipality's signature under a change of its keys or addresses."""
