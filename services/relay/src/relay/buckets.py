"""Who carries which events: 16 buckets by the hash of the subject, shared fairly by all relays.

A bucket is an advisory lock of a relay's connection, so it is free again the moment its owner's
connection ends. Every relay sees who else is a member, and takes those buckets that fall to its
place among them; no relay has to agree with another, because the lock decides. One more bucket
holds the stamps.
"""

import time

from relay.outbox import Connection

EVENTS = 16
"""Buckets of events; `outbox.py` takes the low four bits of the subject's hash."""
STAMPS = EVENTS
_ALL = frozenset(range(EVENTS + 1))
LOCKS = 721640073
"""First number of our advisory locks; any that nobody else uses. The second is the bucket's."""
_MEMBER = 1000
_SETTLE_SECONDS = 0.5

_JOIN = "SELECT pg_advisory_lock_shared($1, $2)"
_MEMBERS = """
    SELECT count(*)::int AS members, (count(*) FILTER (WHERE pid < pg_backend_pid()))::int AS place
    FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2
      AND classid::bigint = $1 AND objid::bigint = $2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_TAKE = "SELECT bucket FROM unnest($2::int[]) AS bucket WHERE pg_try_advisory_lock($1, bucket)"
_GIVE_BACK = "SELECT pg_advisory_unlock($1, bucket) FROM unnest($2::int[]) AS bucket"


class Buckets:
    """The buckets that one connection holds.

    Args:
        connection: they live and die with it.
        alone: whether this relay works with all buckets or none.
    """

    def __init__(self, connection: Connection, *, alone: bool) -> None:
        self._connection = connection
        self._alone = alone
        self._joined = False
        self._settled = float("-inf")
        self.held: frozenset[int] = frozenset()

    @property
    def events(self) -> frozenset[int]:
        """The buckets of events among them."""
        return self.held - {STAMPS}

    async def settle(self) -> bool:
        """Give back what is another's share, take what is ours; tell whether any is held.

        To be called between two batches: what is given back is not being carried.
        """
        if time.monotonic() - self._settled >= _SETTLE_SECONDS:
            await (self._take_all() if self._alone else self._share())
            self._settled = time.monotonic()
        return bool(self.held)

    async def _take_all(self) -> None:
        await self._take(_ALL - self.held)
        if self.held != _ALL:
            await self._give_back(self.held)

    async def _share(self) -> None:
        if not self._joined:
            await self._connection.execute(_JOIN, LOCKS, _MEMBER)
            self._joined = True
        seen = await self._connection.fetchrow(_MEMBERS, LOCKS, _MEMBER)
        if seen is None:
            return
        ours = frozenset(b for b in _ALL if b % seen["members"] == seen["place"])
        await self._give_back(self.held - ours)
        await self._take(ours - self.held)

    async def _take(self, buckets: frozenset[int]) -> None:
        if buckets:
            taken = await self._connection.fetch(_TAKE, LOCKS, sorted(buckets))
            self.held |= {record["bucket"] for record in taken}

    async def _give_back(self, buckets: frozenset[int]) -> None:
        if buckets:
            await self._connection.fetch(_GIVE_BACK, LOCKS, sorted(buckets))
            self.held -= buckets
