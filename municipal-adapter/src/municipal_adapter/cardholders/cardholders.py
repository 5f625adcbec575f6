"""The cardholders of one municipality: registrations, and what binds them to persons."""

from dataclasses import dataclass

from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.cardholders.registrations import Registrations


@dataclass(frozen=True)
class Cardholders:
    """Says whose a card is."""

    registrations: Registrations
    binding: Binding
