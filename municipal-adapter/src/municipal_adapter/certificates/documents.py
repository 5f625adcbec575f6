"""Who makes a municipality's documents: our own renderer, or a vendor's server."""

from dataclasses import dataclass, field
from typing import Protocol

from madoguchi_wire.order import Options

from municipal_adapter.certificates.content import Content
from municipal_adapter.certificates.font import Font
from municipal_adapter.readback.read_back import Paper
from municipal_adapter.records.model import Household, SealRegistration


@dataclass(frozen=True)
class Wanted:
    """A document to be made: what it says, and the records that it is of."""

    content: Content = field(repr=False)
    records_version: str
    holder: str = field(repr=False)
    """The municipality's number of the cardholder."""
    chosen: tuple[str, ...] = field(repr=False)
    """Numbers of the persons on it."""
    options: Options
    household: Household = field(repr=False)
    seal: SealRegistration | None = field(repr=False)


@dataclass(frozen=True)
class Finished:
    """A document that may leave as far as its pages tell."""

    pdf: bytes = field(repr=False)
    written: Content = field(repr=False)
    """What it says, 外字 in Unicode."""
    font: Font
    paper: Paper


class Documents(Protocol):
    """Makes documents and reads them back before anybody else sees them."""

    @property
    def templates_fingerprint(self) -> str:
        """SHA-256 of what shapes the documents, in hex."""
        ...

    @property
    def fonts_fingerprint(self) -> str:
        """SHA-256 of the approved fonts, in hex."""
        ...

    async def made(self, wanted: Wanted) -> Finished:
        """Return the finished document, which says what the record says.

        Raises:
            Unprintable: no approved font draws every character of the record, or a text of it is
                longer than the form.
            ReadBackMismatch: the pages differ from the record.
            SourceUnavailable: whoever makes them does not answer.

        """
        ...

    def as_printed(self, name: str, finished: Finished) -> str:
        """Return a name of the records as it is written on this document."""
        ...

    def close(self) -> None:
        """Wait for documents in work and end the threads."""
        ...
