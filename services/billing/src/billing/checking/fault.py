"""Something in closed books that does not fit the rest."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Fault:
    """One fault, by the name under which it is looked up."""

    kind: str
    """`issuance`, `transfer`, `day`, `period`, `account`, or the document's."""
    name: str
    """Of the transfer its id."""
    what: str

    @property
    def line(self) -> str:
        """In a sentence."""
        return f"{self.kind} {self.name}: {self.what}"

    def told(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)
