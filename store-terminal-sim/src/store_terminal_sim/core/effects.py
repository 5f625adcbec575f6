"""What the terminal wants done outside of it, and what it is told in answer."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from madoguchi_wire.gateway_api import Words
from madoguchi_wire.order import Household

from store_terminal_sim.core.entries import Entry, TrayDoubt


@dataclass(frozen=True)
class HttpRequest:
    """Send this; answered with `HttpResponse`, or `NoAnswer` if none came."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    timeout: float = 10.0
    """Seconds until it counts as unanswered."""


@dataclass(frozen=True)
class HttpResponse:
    """An answer, whatever it says. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class NoAnswer:
    """Nothing came, or it broke off: the request may or may not have had its effect."""


@dataclass(frozen=True)
class Wait:
    """Let time pass; answered with None."""

    seconds: float


@dataclass(frozen=True)
class Write:
    """Append to the journal; answered with None once it would survive a power cut.

    With `durable=False` it may be lost: the terminal then only repeats what changes nothing.
    """

    entry: Entry
    durable: bool = True


@dataclass(frozen=True)
class UseCard:
    """Have the card sign; answered with `CardSignature`, or the card's refusal is thrown in."""

    message: bytes


@dataclass(frozen=True)
class CardSignature:
    """What comes out of the card."""

    certificate: bytes
    """The card certificate, DER."""
    signature: bytes


@dataclass(frozen=True)
class ChooseMembers:
    """Let the cardholder choose; answered with the handles of the members chosen."""

    household: Household


@dataclass(frozen=True)
class TakeMoney:
    """Take the fee; answered with True once it is in, False if the cardholder gives up."""

    issuance: str
    yen: int


@dataclass(frozen=True)
class Refund:
    """Hand back what the machine holds for an issuance; answered with `Money`.

    Asking again changes nothing and gets the same answer: the machine knows its own coins.
    """

    issuance: str


@dataclass(frozen=True)
class Print:
    """Print; answered with True if every page lies in the tray, False if none counts."""

    issuance: str
    document: bytes
    pages: int


@dataclass(frozen=True)
class HandOver:
    """Let the cardholder take the paper out of the tray and look at it.

    Answered with True, or with False if they say that it is not theirs and leave it there.
    """

    issuance: str
    document: bytes
    """As it was printed: what they see."""


@dataclass(frozen=True)
class AcknowledgeTray:
    """Ask the staff to clear the tray; answered with True once they have."""

    doubt: TrayDoubt
    """Why there may be a paper in it: after `not_mine` it is evidence and is not destroyed."""


@dataclass(frozen=True)
class CountCash:
    """Count the coins in the machine; answered with yen."""


@dataclass(frozen=True)
class CollectCash:
    """Have the staff take all coins out of the machine; answered with yen.

    Asking again for the same collection takes nothing more and gets the same answer.
    """

    collection: int


@dataclass(frozen=True)
class AskCollected:
    """Ask the machine what was taken out by a collection; answered with yen, or None if nothing.

    Nobody has to stand there: the machine knows its own coins.
    """

    collection: int


@dataclass(frozen=True)
class RefillPaper:
    """Have the staff put sheets of paper into the machine; answered with None."""

    sheets: int


@dataclass(frozen=True)
class Show:
    """Show this to the cardholder; answered with None."""

    step: str
    """A stable name for drivers and tests."""
    words: Words


Effect = (
    HttpRequest
    | Wait
    | Write
    | UseCard
    | ChooseMembers
    | TakeMoney
    | Refund
    | Print
    | HandOver
    | AcknowledgeTray
    | CountCash
    | CollectCash
    | AskCollected
    | RefillPaper
    | Show
)

T = TypeVar("T")
Flow = Generator[Effect, Any, T]
"""A part of the terminal's behaviour that ends with a `T`."""


def show(step: str, ja: str, en: str) -> Flow[None]:
    """Show a text in both languages."""
    yield Show(step, Words(ja=ja, en=en))
