"""What a broken server is told, as a file."""

from datetime import date
from pathlib import Path

from municipal_adapter.synthetic import HOUSEHOLDS
from pydantic import BaseModel, ConfigDict


class VendorSettings(BaseModel):
    """One server; several processes may have the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    program: str
    """Module in `proofs.incidents.vendor.programs`."""
    municipality: str
    today: date
    """Of the records, which are made from it and the code."""
    households: int = HOUSEHOLDS
    clock_offset_seconds: float
    adapter_file: Path
    """Names the office that issues."""
    spool: Path
    """Where its work lies; processes of one installation share it."""
    strikes: Path
    """Gets a line for each paper that the fault struck."""
    seed: int
    font: Path | None = None
    """What it prints with; None: the approved font."""
    shiba: bool = False
    """Whether its people live in 芝."""
    persons_a_page: int = 3
