"""What is stopped by what was seen: plain functions and types.

A mismatch stops the municipality whose adapter returned it. Proof (its own key signed it) also
holds every municipality that may issue with the same build or vendor, as the same fault is in all
of them (domain §3, F6). What a terminal says stops only that terminal's path to the municipality,
until evidence agrees, or a cardholder with another card at another site says "not mine", too:
neither one terminal nor one cardholder can close a city, and no terminal by what it rejects.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Cause(StrEnum):
    """Why something is stopped."""

    MISMATCH = "mismatch"
    """An adapter returned something else than was asked."""
    SAME_BUILD = "same_build"
    """Another municipality's mismatch is proven, and this one shares its build or vendor."""
    NOT_MINE = "not_mine"
    """A cardholder said: this paper is not mine."""
    DOCUMENT_REJECTED = "document_rejected"
    """A terminal found that a document does not hold."""
    PERSON = "person"
    """A named person stopped it."""


class Finding(StrEnum):
    """What a named person found before a release; that it worked again is no finding (I10)."""

    CAUSE_MENDED = "cause-mended"
    """What was wrong is known, and is mended wherever the same build runs."""
    SHOWN_UNFOUNDED = "shown-unfounded"
    """The evidence shows that no wrong paper was made."""


@dataclass(frozen=True)
class Suspect:
    """The issuance that gave rise to a stop."""

    issuance: UUID
    accepted_on: date
    municipality: str
    terminal: str
    site: str
    card: str | None = None
    """The card's pseudonym, as far as it was asked for and is known."""


@dataclass(frozen=True)
class EarlierDoubt:
    """What an earlier report about the same municipality came from."""

    site: str
    card: str | None
    """The card's pseudonym; None if it was not kept."""


@dataclass(frozen=True)
class Stop:
    """One thing that is stopped."""

    municipality: str
    cause: Cause
    what: str
    """What differed, by name; never a value."""
    terminal: str | None = None
    """Only this terminal's path to the municipality; None: the whole municipality."""
    suspect: Suspect | None = None

    @property
    def origin(self) -> str | None:
        """Return whose incident it is; None: the municipality's own.

        Each incident has its own stop, so that what two of them hold is open after both only.
        """
        if self.suspect is None or self.suspect.municipality == self.municipality:
            return None
        return self.suspect.municipality


def on_mismatch(suspect: Suspect, what: str, alike: Collection[str]) -> list[Stop]:
    """Return the stops of a mismatch.

    Args:
        suspect: the issuance.
        what: what differed, by name.
        alike: municipalities with the same build or vendor; none unless the mismatch is proven.

    """
    own = Stop(suspect.municipality, Cause.MISMATCH, what, suspect=suspect)
    others = sorted(set(alike) - {suspect.municipality})
    return [own, *(Stop(other, Cause.SAME_BUILD, what, suspect=suspect) for other in others)]


def on_suspicion(
    suspect: Suspect, cause: Cause, found: str | None, earlier: Collection[EarlierDoubt]
) -> list[Stop]:
    """Return the stops of what a terminal reported.

    Args:
        suspect: the issuance.
        cause: `NOT_MINE` or `DOCUMENT_REJECTED`.
        found: what our own re-check of the evidence found, None if it found nothing.
        earlier: what cardholders said of this municipality and nobody has released yet.

    """
    path = Stop(suspect.municipality, cause, cause.value, suspect.terminal, suspect)
    if found is not None:
        return [path, Stop(suspect.municipality, Cause.MISMATCH, found, suspect=suspect)]
    # A terminal that rejects costs nobody a yen: only cardholders are counted.
    if cause is Cause.NOT_MINE and any(_is_independent(suspect, doubt) for doubt in earlier):
        what = "a second, independent report"
        return [path, Stop(suspect.municipality, cause, what, suspect=suspect)]
    return [path]


def _is_independent(suspect: Suspect, earlier: EarlierDoubt) -> bool:
    """Tell whether another card doubted at another site; a card that was not kept is no other."""
    other_card = None not in (earlier.card, suspect.card) and earlier.card != suspect.card
    return other_card and earlier.site != suspect.site
