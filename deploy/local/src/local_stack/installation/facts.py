"""What the processes of an installation need to know of each other."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

GATEWAY_NAME = "centre.madoguchi.example"
MUNICIPALITIES = ("122033", "131130", "132047")
"""Ichikawa, Shibuya and Mitaka, where it began in February 2010."""
VENDORS: Mapping[str, str] = {}
"""Name and version of the system behind an adapter, by municipality, for the trust list. Here there
is none: each adapter keeps its records itself."""
WITNESSES = MUNICIPALITIES[:2]
"""Those that countersign the centre's stamps with keys of their own."""


class Facts(BaseModel):
    """Addresses and the clock; kept as `installation.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clock_offset_seconds: float
    """How far the clock of all processes is shifted, so that stores are open at any hour."""
    authority: str
    """Base address of the card authority's revocation lists."""
    gateways: tuple[str, ...]
    """Base addresses of the gateway's replicas."""
    adapters: dict[str, str]
    """Base address of each municipality's adapter."""
    relay: str
    stamper: str
    audit: str
    """Of the archive; it serves where there is Kafka, and `python -m audit import` without."""
    billing: str
    """It serves in `make up` and `deploy/compose.yaml`; no paper needs it."""
    gateway_database: str
    audit_database: str
    municipality_databases: dict[str, str]

    @classmethod
    def load(cls, path: Path) -> "Facts":
        """Read the file."""
        return cls.model_validate_json(path.read_bytes())

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_text(self.model_dump_json(indent=1))
