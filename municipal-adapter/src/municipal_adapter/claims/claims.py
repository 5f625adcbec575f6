"""Claims in the municipality's database, shared by all replicas of its adapter.

A copy of an order is claimed for one issuance id first, in the same statement as its certificate
number; then prepared under a lease; then its answer is kept until the outcome. Each step is one
statement, so a replica may die between any two.
"""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
from madoguchi_wire.errors import (
    IssuanceClosed,
    MadoguchiError,
    PrepareInProgress,
    ServiceUnavailable,
)
from madoguchi_wire.kit.pool import Connection, Pool

from municipal_adapter.claims.claim import (
    Answer,
    CardEnded,
    Concern,
    Copy,
    Found,
    Lease,
    LimitReached,
    Stopped,
    answer_found,
)

LEASE = timedelta(seconds=10)
"""Much longer than a certificate takes, shorter than an issuance's deadline."""

_CLAIM = """
    INSERT INTO claims (order_digest, copy_number, issuance_id, session_digest, nonce, terminal,
                        state, lease_owner, lease_until, certificate_number)
    SELECT $1, $2, $3, $4, $5, $6, 'claimed', $7, madoguchi_now() + $8, $9
    WHERE NOT EXISTS (SELECT FROM closed_issuances WHERE issuance_id = $3)
    ON CONFLICT DO NOTHING
    RETURNING true
"""
_CLOSED = "SELECT EXISTS (SELECT FROM closed_issuances WHERE issuance_id = $1)"
_FIND = """
    SELECT issuance_id, order_digest, copy_number, state, problem, attestation, ciphertext,
           expires_at, certificate_number, paper, holder,
           is_stopped(holder, household, is_seal) AS is_stopped,
           EXISTS (SELECT FROM card_registrations WHERE resident_id = holder
                   AND authority = $6 AND serial = $7 AND ended_at IS NULL) AS is_registered
    FROM claims
    WHERE issuance_id = $1 OR (order_digest = $2 AND copy_number = $3)
       OR (session_digest = $4 AND nonce = $5 AND copy_number = $3)
"""
_TAKE_OVER = """
    UPDATE claims SET lease_owner = $2, lease_until = madoguchi_now() + $3
    WHERE issuance_id = $1 AND state = 'claimed' AND lease_until < madoguchi_now()
    RETURNING certificate_number
"""
_ANSWER = """
    WITH mine AS MATERIALIZED (
        SELECT true FROM claims
        WHERE issuance_id = $1 AND lease_owner = $2 AND state = 'claimed'
          AND NOT EXISTS (SELECT FROM closed_issuances WHERE issuance_id = $1)
        FOR UPDATE
    ), stopped AS (
        SELECT is_stopped($6, $7, $8) AS yes
    ), registered AS (
        SELECT FROM card_registrations
        WHERE resident_id = $6 AND authority = $11 AND serial = $12 AND ended_at IS NULL
    ), counted AS (
        INSERT INTO papers_a_day AS had (resident_id, day, papers)
        SELECT $6, $9, 1 WHERE EXISTS (SELECT FROM mine) AND NOT (SELECT yes FROM stopped)
            AND EXISTS (SELECT FROM registered)
        ON CONFLICT (resident_id, day) DO UPDATE SET papers = had.papers + 1
            WHERE had.papers < $10
        RETURNING true
    ), kept AS (
        UPDATE claims SET state = 'prepared', attestation = $3, ciphertext = $4, expires_at = $5,
            holder = $6, household = $7, is_seal = $8, paper = $13
        WHERE issuance_id = $1 AND EXISTS (SELECT FROM counted)
    )
    SELECT EXISTS (SELECT FROM mine) AS mine, (SELECT yes FROM stopped) AS stopped,
        EXISTS (SELECT FROM registered) AS registered,
        EXISTS (SELECT FROM counted) AS counted
"""
"""The claim is locked before its paper is counted, so that only what is kept counts; the row of
`papers_a_day` is locked by its first counter, so that no two replicas exceed it."""
_REFUSE = """
    UPDATE claims SET state = 'refused', problem = $3
    WHERE issuance_id = $1 AND lease_owner = $2 AND state = 'claimed'
"""
_RELEASE = """
    UPDATE claims SET lease_until = '-infinity'
    WHERE issuance_id = $1 AND lease_owner = $2 AND state = 'claimed'
"""
_FORGET = """
    WITH forgotten AS (
        UPDATE claims SET ciphertext = NULL, holder = NULL, household = NULL, paper = NULL
        WHERE ciphertext IS NOT NULL AND expires_at < madoguchi_now())
    SELECT EXISTS (
        SELECT FROM claims WHERE ciphertext IS NOT NULL AND expires_at >= madoguchi_now())
"""


class Claims:
    """The claims of one municipality."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.may_hold_answers = False
        """Whether this process kept something that it has not yet seen forgotten."""

    async def claim(self, copy: Copy) -> Lease | Answer:
        """Return the right to prepare this copy now, or the answer that it got before.

        Raises:
            PrepareInProgress: somebody prepares it at this moment.
            OrderReplayed: the copy was claimed for another issuance.
            IssuanceClosed: the outcome of this issuance has come.
            Stopped: it has an answer, and an officer stopped somebody since whom that concerns.
            CardEnded: it has an answer, and the card's registration was ended since.
            MadoguchiError: the refusal that it got before.

        """
        lease = Lease(copy.issuance, uuid4(), new_certificate_number())
        async with self._pool.acquire() as connection:
            if await _insert(connection, copy, lease):
                return lease
            return await _existing(connection, copy, lease.owner)

    async def answer(self, lease: Lease, answer: Answer, concern: Concern) -> None:
        """Keep what was prepared under a lease, if nothing stands against it at this moment.

        Raises:
            Stopped: an officer stopped somebody whom it concerns.
            CardEnded: the card's registration was ended meanwhile.
            LimitReached: the cardholder has had all papers of the day.
            IssuanceClosed: the outcome came meanwhile; nothing is kept.
            PrepareInProgress: the lease ran out and another replica has it.

        """
        try:
            row = await self._kept(lease, answer, concern)
        finally:
            self.may_hold_answers = True  # a sweep may have ended since it began
        if row is None or not row["mine"]:
            if await self._pool.fetchval(_CLOSED, lease.issuance):
                raise IssuanceClosed()
            raise PrepareInProgress()
        if row["stopped"]:
            raise Stopped(concern.holder)
        if not row["registered"]:
            raise CardEnded(concern.holder)
        if not row["counted"]:
            raise LimitReached()

    async def _kept(self, lease: Lease, answer: Answer, concern: Concern) -> asyncpg.Record | None:
        return await self._pool.fetchrow(
            _ANSWER,
            lease.issuance,
            lease.owner,
            answer.attestation,
            answer.ciphertext,
            answer.expires_at,
            concern.holder,
            sorted(concern.household),
            concern.is_seal,
            concern.day,
            concern.papers_a_day,
            concern.card.authority,
            concern.card.serial,
            answer.paper,
        )

    async def refuse(self, lease: Lease, refusal: MadoguchiError) -> None:
        """Keep a refusal, so that a repeat gets the same one."""
        await self._pool.execute(_REFUSE, lease.issuance, lease.owner, refusal.slug)

    async def release(self, lease: Lease) -> None:
        """Let another try at once, after a fault that says nothing about the order."""
        await self._pool.execute(_RELEASE, lease.issuance, lease.owner)

    async def forget_expired(self) -> None:
        """Wipe sealed answers whose attestation has expired: no terminal may use them."""
        self.may_hold_answers = False
        left = True
        try:
            left = bool(await self._pool.fetchval(_FORGET))
        finally:
            self.may_hold_answers |= left


def new_certificate_number() -> str:
    """Return a random certificate number: twelve digits, told apart by the database."""
    return f"{secrets.randbelow(10**12):012d}"


async def _insert(connection: Connection, copy: Copy, lease: Lease) -> bool:
    made = await connection.fetchval(
        _CLAIM,
        copy.order,
        copy.copy_number,
        copy.issuance,
        copy.session,
        copy.nonce,
        copy.terminal,
        lease.owner,
        LEASE,
        lease.certificate_number,
    )
    return bool(made)


async def _existing(connection: Connection, copy: Copy, owner: UUID) -> Lease | Answer:
    if await connection.fetchval(_CLOSED, copy.issuance):
        raise IssuanceClosed()
    card = copy.card.authority, copy.card.serial
    rows = await connection.fetch(
        _FIND, copy.issuance, copy.order, copy.copy_number, copy.session, copy.nonce, *card
    )
    answers = [answer_found(_found(row), copy) for row in rows]
    if not answers:
        # Only the random certificate number was taken: the repeat draws another.
        raise ServiceUnavailable()
    if answers[0] is not None:
        return answers[0]
    number = await connection.fetchval(_TAKE_OVER, copy.issuance, owner, LEASE)
    if number is None:
        raise PrepareInProgress()
    return Lease(copy.issuance, owner, number)


def _found(row: asyncpg.Record) -> Found:
    return Found(
        issuance=row["issuance_id"],
        order=row["order_digest"],
        copy_number=row["copy_number"],
        state=row["state"],
        problem=row["problem"],
        attestation=row["attestation"],
        ciphertext=row["ciphertext"],
        expires_at=row["expires_at"],
        certificate_number=row["certificate_number"],
        paper=row["paper"],
        holder=row["holder"],
        is_stopped=row["is_stopped"],
        is_registered=row["is_registered"],
    )
