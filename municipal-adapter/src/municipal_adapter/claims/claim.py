"""What is claimed, and what a claim may find: rules only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi_wire.adapter_api import Prepared
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.errors import (
    IssuanceClosed,
    IssuanceExpired,
    MadoguchiError,
    OrderReplayed,
    all_errors,
)


@dataclass(frozen=True)
class Copy:
    """One copy of an order that an issuance id is claimed for; all of it verified."""

    issuance: UUID
    order: str
    """Digest of the signed order."""
    copy_number: int
    session: str
    """Digest of the signed session."""
    nonce: str
    terminal: str
    card: CardIdentity = field(repr=False)
    """Which asks."""


@dataclass(frozen=True)
class Lease:
    """The right to prepare a copy, until it runs out and another may."""

    issuance: UUID
    owner: UUID
    certificate_number: str


@dataclass(frozen=True)
class Answer:
    """What was prepared: kept until the outcome, given out as the same bytes each time."""

    attestation: str
    ciphertext: bytes
    expires_at: datetime
    certificate_number: str
    paper: str
    """Digest of what it says."""

    def prepared(self) -> Prepared:
        """Return the answer as it travels."""
        ciphertext = to_base64url(self.ciphertext)
        return Prepared(attestation=self.attestation, ciphertext=ciphertext)


@dataclass(frozen=True)
class Concern:
    """Whom an answer concerns: what must hold at the last moment, when it is kept."""

    holder: str = field(repr=False)
    """The municipality's number of the cardholder."""
    household: frozenset[str] = field(repr=False)
    """Of everybody who lives there."""
    card: CardIdentity = field(repr=False)
    """Which asks; registered for the holder until its end."""
    is_seal: bool
    day: date
    """Japan's day on which it is counted: when it is made, whatever day the gateway names."""
    papers_a_day: int
    """The municipality's limit for one person."""


class Stopped(Exception):
    """An officer stopped somebody whom the answer concerns."""

    def __init__(self, holder: str | None) -> None:
        self.holder = holder
        """The municipality's number of the cardholder."""
        super().__init__("stopped")


class CardEnded(Exception):
    """The asking card is not registered for the holder any more."""

    def __init__(self, holder: str | None) -> None:
        self.holder = holder
        """The municipality's number of who held it."""
        super().__init__("card ended")


class LimitReached(Exception):
    """The cardholder has had the papers that a person may have a day."""


@dataclass(frozen=True)
class Found:
    """A claim that is there already."""

    issuance: UUID
    order: str
    copy_number: int
    state: str
    problem: str | None
    attestation: str | None
    ciphertext: bytes | None
    expires_at: datetime | None
    certificate_number: str
    paper: str | None
    holder: str | None = field(repr=False)
    is_stopped: bool
    is_registered: bool
    """Whether the asking card is the holder's."""


def answer_found(found: Found, copy: Copy) -> Answer | None:
    """Return the answer that the claim already got; None while it is being worked on.

    Raises:
        OrderReplayed: the copy belongs to another issuance, or the issuance to another copy.
        IssuanceClosed: its outcome has come.
        IssuanceExpired: it was prepared and its sealed answer is no longer kept.
        Stopped: it was prepared, and an officer stopped it since.
        CardEnded: it was prepared, and the card's registration was ended since.
        MadoguchiError: the refusal that the claim got before.

    """
    same = (found.issuance, found.order, found.copy_number)
    if same != (copy.issuance, copy.order, copy.copy_number):
        raise OrderReplayed()
    if found.state == "refused":
        raise refusal_of(found.problem)
    if found.state == "closed":
        raise IssuanceClosed()
    if found.state == "claimed":
        return None
    if (
        found.attestation is None
        or found.ciphertext is None
        or found.expires_at is None
        or found.paper is None
    ):
        raise IssuanceExpired()
    if found.is_stopped:
        raise Stopped(found.holder)
    if not found.is_registered:
        raise CardEnded(found.holder)
    kept = (found.attestation, found.ciphertext, found.expires_at)
    return Answer(*kept, found.certificate_number, found.paper)


def refusal_of(slug: str | None) -> MadoguchiError:
    """Return the refusal that was stored by its slug, in the words of everyone's."""
    return all_errors().get(slug or "", MadoguchiError)()
