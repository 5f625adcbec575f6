"""What shall be decided about a municipality, and by whom."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi_wire.kit.person import Person, is_one_person

from gateway.municipalities.life import Step


@dataclass(frozen=True)
class Proposal:
    """What shall be decided about a municipality."""

    municipality: str
    step: Step
    by: Person
    agreed_by: Person | None = None
    """A second person, whom changes of keys and addresses need."""
    version: int | None = None
    """None: as the table of steps says."""
    starts: datetime | None = None
    """None: at once, or as soon as it may."""
    consent: str | None = None
    """The municipality's signature (JWS) under a change of keys or addresses."""

    def __post_init__(self) -> None:
        """Two persons are two.

        Raises:
            ValueError: both names are one.

        """
        second = self.agreed_by
        if second is not None and is_one_person(second.name, self.by.name):
            raise ValueError("--and-by names the same person as --by: somebody else has to agree")
