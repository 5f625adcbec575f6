"""Data of the events of one issuance (交付1件): each is named after the state that was entered."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from madoguchi_wire.event_data.parts import (
    AtTerminal,
    Cardholder,
    Count,
    Id,
    Label,
    Municipality,
    Name,
    Person,
    Problem,
    Sha256,
    Word,
    Yen,
)


class IssuanceFacts(AtTerminal):
    """What every event of an issuance says: which paper, of whom, from where, for how much."""

    issuance: Id
    """The paper; also the event's subject."""
    municipality: Municipality
    """Whose certificate it is."""
    kind: Annotated[Word, Field(examples=["resident_record"])]
    """`resident_record` (住民票の写し), `seal_registration` (印鑑登録証明書)."""
    chain: Annotated[Name, Field(examples=["komorebi"])]
    """Who runs the site."""
    place: Annotated[Label, Field(examples=["市内"])]
    """Row of the municipality's own table of places that the site falls into."""
    channel: Annotated[Word | None, Field(examples=["store"])] = None
    """`store` (コンビニ交付), `city_machine` (自動交付機); older events do not say it."""
    copy_number: Annotated[int, Field(ge=1, examples=[1])]
    """Which copy of its order."""
    fee: Yen
    """Yen, as the terminal showed it."""
    commission: Annotated[Yen | None, Field(examples=[120])] = None
    """Yen that the chain earns if the paper comes out; older events do not say it."""
    tariff_version: Annotated[Label, Field(examples=["2010-02"])]
    configuration_version: Annotated[int, Field(ge=1, examples=[1])]
    """Of the municipality, in force when the order was accepted."""


class Accepted(IssuanceFacts):
    """An order was accepted: this paper of it is going to be prepared."""

    state: Literal["accepted"]
    order: Id
    """What the cardholder asked for in one go; its copies are issuances of the same order."""
    cardholder: Annotated[
        Cardholder | None,
        Field(examples=[{"key": "5e6d3c0a-94f5-4d2f-8f0e-8d2d6f6d4c31", "pseudonym": "c4" * 16}]),
    ] = None
    """Whose card asked for it, as a pseudonym of this municipality and month."""


class Prepared(IssuanceFacts):
    """The municipality's document is there, sealed, and attested as what was asked."""

    state: Literal["prepared"]
    attestation_sha256: Sha256
    document_sha256: Sha256
    """Of the document, which only its terminal can open."""
    ciphertext_sha256: Sha256
    pages: Annotated[int, Field(ge=1, examples=[1])]
    records_version_sha256: Sha256 | None = None
    """Digest of the municipality's own word for the state of its records."""
    build: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,128}$"), Field(examples=["9f" * 32])]
    """Fingerprint of the program that made it."""
    templates: Sha256
    """Fingerprint of its forms."""
    fonts: Sha256
    """Fingerprint of its fonts."""


class Delivered(IssuanceFacts):
    """The sealed document goes to its terminal; committed before its first byte leaves."""

    state: Literal["delivered"]


class Reported(IssuanceFacts):
    """A report of the terminal, signed by its own key, moved the issuance."""

    report: Annotated[Word, Field(examples=["paid"])]
    """What the terminal reported."""
    report_sequence: Annotated[Count, Field(examples=[17])]
    """The report's number, per terminal, without gaps."""


class Paid(Reported):
    """The fee is in the machine, and the terminal has the go to print."""

    state: Literal["paid"]


class Ended(IssuanceFacts):
    """An end that a terminal reports, or a named person decides."""

    report: Annotated[Word | None, Field(examples=["completed"])] = None
    """What the terminal reported; none if a person decided."""
    report_sequence: Annotated[Count | None, Field(examples=[18])] = None
    decided_by: Person | None = None
    """Who decided, of one that was in doubt or in quarantine; the reason is kept at the centre."""


class Completed(Ended):
    """The paper is out: metered, and booked as the municipality's."""

    state: Literal["completed"]


class Refused(IssuanceFacts):
    """Refused by the municipality, or its adapter failed.

    The reasons that could tell of protection measures (支援措置) share one problem.
    """

    state: Literal["refused"]
    problem: Problem


class Expired(IssuanceFacts):
    """Its deadline passed; a late answer belongs to nobody."""

    state: Literal["expired"]
    problem: Annotated[Problem | None, Field(examples=["prepare-timeout"])] = None


class Voided(Ended):
    """No paper counts."""

    state: Literal["voided"]
    reason: Annotated[Word, Field(examples=["print_failed"])]
    """Why, as the terminal says; `decided`: by a person."""
    money: Annotated[Word, Field(examples=["refunded"])]
    """`not_taken`, `refunded`, or `kept`: owed to the cardholder, a person hands it back."""


class InDoubt(IssuanceFacts):
    """No report in time: whether the paper came out is not known yet."""

    state: Literal["in_doubt"]


class Quarantined(IssuanceFacts):
    """Held: something differs from what was asked. Left only by a named person's decision."""

    state: Literal["quarantined"]
    problem: Annotated[Problem | None, Field(examples=["attestation-refused"])] = None
    """What the gateway itself found; none if the terminal rejected the document."""
    report: Word | None = None
    report_sequence: Count | None = None
    attestation_sha256: Sha256 | None = None
    """What the terminal says it saw."""
    ciphertext_sha256: Sha256 | None = None
