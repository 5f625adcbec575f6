"""Who asked for what, as whoever stood in front of the terminals wrote it down."""

from collections.abc import Iterable
from pathlib import Path

from madoguchi_wire.encoding import Digest
from pydantic import BaseModel, ConfigDict

from checker.evidence.rows import Issuance


class Asking(BaseModel):
    """What was asked for, and with which card: a line before the order leaves the terminal.

    When the visit has ended a second line names the papers that came out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Digest
    """Digest of the signed order: the terminal alone made it, before anybody else knew of it."""
    terminal: str
    card: Digest
    """SHA-256 of the card certificate."""
    members: tuple[str, ...]
    """The residents that the paper has to show."""
    relationship: bool = False
    """続柄 and 世帯主 were asked for."""
    honseki: bool = False
    """本籍 and 筆頭者 were asked for."""
    papers: tuple[str, ...] = ()
    """Issuances of the papers that came out while this cardholder stood there."""


class Askings:
    """All that was noted, ready to be asked about issuances."""

    def __init__(self, askings: Iterable[Asking]) -> None:
        self._by_order: dict[str, Asking] = {}
        self._by_paper: dict[str, Asking] = {}
        for asking in askings:
            self._by_order.setdefault(asking.order, asking)
            for paper in asking.papers:
                self._by_paper.setdefault(paper, asking)

    def ordered(self, issuance: Issuance) -> Asking | None:
        """Return the note about the order that the books name for an issuance."""
        return self._by_order.get(issuance.order_digest)

    def stood_there(self, paper: str) -> Asking | None:
        """Return who stood there when a paper came out; None if nobody saw the visit's end."""
        return self._by_paper.get(paper)

    def of(self, issuance: Issuance) -> Asking | None:
        """Return what the paper of an issuance is held against: who saw it come out, first."""
        return self.stood_there(issuance.issuance_id) or self.ordered(issuance)


def read_askings(path: Path) -> tuple[Asking, ...]:
    """Read what was asked for; nothing if the file is not there, which a check then names.

    Raises:
        OSError, ValueError: it cannot be read.

    """
    if not path.exists():
        return ()
    return tuple(Asking.model_validate_json(line) for line in path.read_bytes().splitlines())
