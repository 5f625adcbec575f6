"""Keys of cardholders' pseudonyms: one for each municipality and month, sealed, destroyed in time.

They are in the database because replicas share them, and sealed because a dump of the database
alone must name nobody. Without its key a pseudonym belongs to no card any more.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

import asyncpg
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.kit.pool import Executor, Pool

from gateway.cardholders.pseudonym import told_pseudonym

_PURPOSE = b"madoguchi/cardholder-keys/v1"
_KEY_BYTES, _NONCE_BYTES = 32, 12
# The row of whoever came first comes back, because a conflict updates it with what it holds.
_FIRST = """
    INSERT INTO cardholder_keys (municipality, month, key_id, sealed) VALUES ($1, $2, $3, $4)
    ON CONFLICT (municipality, month) DO UPDATE SET month = excluded.month
    RETURNING key_id::text, sealed
"""
_LEFT = """
    SELECT month, key_id::text, sealed FROM cardholder_keys WHERE municipality = $1 ORDER BY month
"""
_NEWEST = """
    SELECT DISTINCT ON (municipality) municipality, month, key_id::text, sealed
    FROM cardholder_keys ORDER BY municipality, month DESC
"""
_DESTROY = """
    DELETE FROM cardholder_keys USING unnest($1::text[], $2::int[]) AS kept(code, months)
    WHERE municipality = kept.code
      AND month < date_trunc('month', madoguchi_now() AT TIME ZONE 'Asia/Tokyo')
                  - make_interval(months => kept.months)
"""
_OF_KEY = ("municipality", "month", "key_id", "sealed")
_NAMED = 5
"""Municipalities that readiness names; of more it says how many."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class CardholderKey:
    """The key of one municipality and month."""

    month: date
    """Its first day."""
    key_id: str
    key: bytes = field(repr=False)

    def told_of(self, card: CardIdentity) -> dict[str, str]:
        """Return what an event says of a card."""
        return {"key": self.key_id, "pseudonym": told_pseudonym(self.key, card)}


class CardholderKeys:
    """The keys as one replica knows them."""

    def __init__(self, pool: Pool, secret: bytes) -> None:
        self._pool = pool
        self._secret = secret
        self._known: dict[str, CardholderKey] = {}
        self._readable: set[str] = set()

    async def told_of(
        self, card: CardIdentity, municipality: str, day: date
    ) -> dict[str, str] | None:
        """Return what an event of Japan's `day` says of a card.

        None: the key was sealed with another secret. An operator reads it in the log; nobody
        goes without a paper for it.
        """
        month = day.replace(day=1)
        known = self._known.get(municipality)
        if known is None or known.month != month:
            try:
                known = await _first(self._pool, self._secret, municipality, month)
            except InvalidTag:
                _log.error("cardholder_key_unreadable", municipality=municipality)
                return None
            self._known[municipality] = known
        return known.told_of(card)

    async def words(self) -> str | None:
        """Return which municipalities' newest keys this replica cannot open; None: it opens all."""
        rows = await self._pool.fetch(_NEWEST)
        unreadable = [row["municipality"] for row in rows if not self._opens(row)]
        if not unreadable:
            return None
        more = f" and {len(unreadable) - _NAMED} others" if len(unreadable) > _NAMED else ""
        return (
            f"the pseudonym keys of {', '.join(unreadable[:_NAMED])}{more} were sealed with another"
            " GATEWAY_PSEUDONYM_SECRET: until their next month events tell no cardholder there"
        )

    def _opens(self, row: asyncpg.Record) -> bool:
        if row["key_id"] not in self._readable:
            try:
                _opened(self._secret, *(row[name] for name in _OF_KEY))
            except InvalidTag:
                return False
            self._readable.add(row["key_id"])
        return True

    async def destroy_old(self, kept: Mapping[str, int]) -> None:
        """Destroy the keys of past months; `kept` has the months that each municipality waits."""
        await self._pool.execute(_DESTROY, list(kept), list(kept.values()))
        # What is in use is read again: nothing outlives its row by more than this work's period.
        self._known.clear()
        self._readable.clear()


async def keys_left(database: Executor, secret: bytes, municipality: str) -> list[CardholderKey]:
    """Return a municipality's keys that are not yet destroyed, by month.

    Raises:
        ValueError: they were sealed with another secret.

    """
    try:
        return [
            _opened(secret, municipality, row["month"], row["key_id"], row["sealed"])
            for row in await database.fetch(_LEFT, municipality)
        ]
    except InvalidTag:
        raise ValueError(
            "the keys were sealed with another secret than GATEWAY_PSEUDONYM_SECRET"
        ) from None


async def _first(
    database: Executor, secret: bytes, municipality: str, month: date
) -> CardholderKey:
    key_id, key = str(uuid4()), secrets.token_bytes(_KEY_BYTES)
    sealed = _sealed(secret, municipality, month, key_id, key)
    row = await database.fetchrow(_FIRST, municipality, month, key_id, sealed)
    assert row is not None  # noqa: S101 (an upsert returns its row)
    return _opened(secret, municipality, month, row["key_id"], row["sealed"])


def _sealed(secret: bytes, municipality: str, month: date, key_id: str, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    about = _about(municipality, month, key_id)
    return nonce + AESGCM(_sealing_key(secret)).encrypt(nonce, key, about)


def _opened(
    secret: bytes, municipality: str, month: date, key_id: str, sealed: bytes
) -> CardholderKey:
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    about = _about(municipality, month, key_id)
    key = AESGCM(_sealing_key(secret)).decrypt(nonce, ciphertext, about)
    return CardholderKey(month, key_id, key)


def _sealing_key(secret: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE, "sha256")


def _about(municipality: str, month: date, key_id: str) -> bytes:
    named = {"key": key_id, "month": month.isoformat(), "municipality": municipality}
    return canonical_json(named)
