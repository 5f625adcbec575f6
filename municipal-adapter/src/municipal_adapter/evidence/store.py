"""Sealed evidence in the adapter's database."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from madoguchi_wire.kit.pool import Pool

from municipal_adapter.evidence.evidence import Evidence
from municipal_adapter.evidence.sealing import seal_evidence

_KEEP = """
    INSERT INTO evidence (issuance_id, what, sealed) VALUES ($1, $2, $3)
    ON CONFLICT (issuance_id) DO NOTHING
"""
_LIST = "SELECT issuance_id, found_at, what FROM evidence ORDER BY found_at, issuance_id"
_FIND = "SELECT sealed FROM evidence WHERE issuance_id = $1"


@dataclass(frozen=True)
class Found:
    """What can be told of evidence without opening it."""

    issuance: UUID
    found_at: datetime
    what: str


class EvidenceStore:
    """The evidence of one municipality."""

    def __init__(self, pool: Pool, municipality: str, key: X25519PublicKey) -> None:
        self._pool, self._municipality, self._key = pool, municipality, key

    async def keep(self, evidence: Evidence) -> None:
        """Seal and store evidence; the first of an issuance stays."""
        sealed = seal_evidence(evidence.encoded(), self._key, self._municipality, evidence.issuance)
        await self._pool.execute(_KEEP, UUID(evidence.issuance), evidence.what, sealed)

    async def all(self) -> list[Found]:
        """Return what there is, the oldest first."""
        rows = await self._pool.fetch(_LIST)
        return [Found(row["issuance_id"], row["found_at"], row["what"]) for row in rows]

    async def sealed(self, issuance: UUID) -> bytes | None:
        """Return sealed evidence; None: there is none of this issuance."""
        sealed: bytes | None = await self._pool.fetchval(_FIND, issuance)
        return sealed
