"""Reads what municipalities' adapters keep: claims, what they answered, and how it ended.

Tokens are kept as their SHA-256: the checker compares them with those of gateway and terminals.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from checker.evidence.reading import read_rows

_CLAIMS = """
    SELECT order_digest, copy_number, issuance_id, session_digest, nonce, terminal, state,
        certificate_number, encode(sha256(convert_to(attestation, 'UTF8')), 'hex') AS attestation,
        ciphertext IS NOT NULL AS is_kept
    FROM claims
"""
_ENDINGS = """
    SELECT issuance_id, outcome, vouched, ARRAY(
        SELECT encode(sha256(convert_to(token, 'UTF8')), 'hex') FROM unnest(reports) AS token
    ) AS reports
    FROM closed_issuances
"""
_WITNESSED = "SELECT number, digest FROM witnessed_stamps"
_CONFLICTS = "SELECT number, why FROM stamp_conflicts"


@dataclass(frozen=True, slots=True)
class Claim:
    """The one issuance that an adapter prepared a copy of an order for."""

    order_digest: str
    copy_number: int
    issuance_id: str
    session_digest: str
    nonce: str
    """Of the order: its signature may be spelt another way, its nonce may not."""
    terminal: str
    state: str
    certificate_number: str
    attestation: str | None
    """SHA-256 of the token that it answered."""
    is_kept: bool
    """The sealed document is still there."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the adapter was told that an issuance ended."""

    issuance_id: str
    outcome: str
    vouched: bool
    """A report of the terminal tells the same."""
    reports: list[str]
    """SHA-256 of each report that came with it."""


@dataclass(frozen=True, slots=True)
class WitnessedStamp:
    """A stamp as a witness saw it."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class StampConflict:
    """A stamp that did not continue what a witness had seen."""

    number: int
    why: str


@dataclass(frozen=True)
class AdapterBooks:
    """What one municipality's database holds about issuances."""

    claims: tuple[Claim, ...]
    endings: tuple[Ending, ...]
    witnessed: tuple[WitnessedStamp, ...] = ()
    stamp_conflicts: tuple[StampConflict, ...] = ()


async def read_adapters(databases: Mapping[str, str]) -> dict[str, AdapterBooks]:
    """Return the books of each municipality, by code.

    Raises:
        OSError, asyncpg.PostgresError: a database cannot be read.

    """
    return {code: await _books(dsn) for code, dsn in databases.items()}


async def _books(dsn: str) -> AdapterBooks:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return AdapterBooks(
                claims=await read_rows(connection, _CLAIMS, Claim),
                endings=await read_rows(connection, _ENDINGS, Ending),
                witnessed=await read_rows(connection, _WITNESSED, WitnessedStamp),
                stamp_conflicts=await read_rows(connection, _CONFLICTS, StampConflict),
            )
    finally:
        await connection.close()
