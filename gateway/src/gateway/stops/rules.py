"""What is stopped by what was seen: plain functions and types.

A mismatch stops the municipality whose adapter returned it. Proof (its own key signed it) also
holds every municipality that may issue with the same build, as the same fault is in all of them
(domain §3, F6). What a terminal says stops only that terminal's path to the municipality, until
evidence or another site agrees: one false report cannot close a city.
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
    """Another municipality's mismatch is proven, and this one issues with the same build."""
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


def on_mismatch(suspect: Suspect, what: str, same_build: Collection[str]) -> list[Stop]:
    """Return the stops of a mismatch.

    Args:
        suspect: the issuance.
        what: what differed, by name.
        same_build: municipalities with the same build; none unless the mismatch is proven.

    """
    own = Stop(suspect.municipality, Cause.MISMATCH, what, suspect=suspect)
    others = sorted(set(same_build) - {suspect.municipality})
    return [own, *(Stop(other, Cause.SAME_BUILD, what, suspect=suspect) for other in others)]


def on_suspicion(
    suspect: Suspect, cause: Cause, found: str | None, earlier_sites: Collection[str]
) -> list[Stop]:
    """Return the stops of what a terminal reported.

    Args:
        suspect: the issuance.
        cause: `NOT_MINE` or `DOCUMENT_REJECTED`.
        found: what our own re-check of the evidence found, None if it found nothing.
        earlier_sites: sites whose reports about this municipality nobody has released yet.

    """
    path = Stop(suspect.municipality, cause, cause.value, suspect.terminal, suspect)
    if found is not None:
        return [path, Stop(suspect.municipality, Cause.MISMATCH, found, suspect=suspect)]
    if set(earlier_sites) - {suspect.site}:
        what = "a second, independent report"
        return [path, Stop(suspect.municipality, cause, what, suspect=suspect)]
    return [path]
