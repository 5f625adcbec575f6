"""The registrar: answers terminals that ask for an enrolment, and signs what is withdrawn.

It holds the enrolment key and the secret of the codes, which no gateway has. Several may run.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from gateway.terminals.withholding import Decision, notify, tell, withdraw
from madoguchi_wire.clock import Clock
from madoguchi_wire.encoding import canonical_json, sha256_hex
from madoguchi_wire.enrolling import (
    AskEnrolment,
    EnrolmentAsked,
    check_renewal,
    code_of,
    code_proof,
    verified_request,
)
from madoguchi_wire.enrolment import Enrolment, Placed
from madoguchi_wire.errors import (
    EnrolmentCodeExpired,
    EnrolmentCodeRefused,
    EnrolmentCodeUsed,
    MadoguchiError,
    TerminalSuspended,
    TerminalUnknown,
)
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.kit.trust import Trust
from madoguchi_wire.withdrawn import Withdrawn, WithdrawnList

BY = "registrar"
ENROLLED_FOR = timedelta(days=365)
LIST_LASTS = timedelta(hours=24)
LIST_RENEWED = timedelta(hours=1)
"""A list is signed again after it, though nothing changed."""
_BEFORE = timedelta(minutes=1)
"""What is signed now counts since then: clocks differ."""
_LOCK = "SELECT pg_advisory_xact_lock(7216400741)"
_WAITING = """
    SELECT request, asked FROM enrolment_requests WHERE answered_at IS NULL ORDER BY asked_at
"""
_FORGET = "DELETE FROM enrolment_requests WHERE answered_at < madoguchi_now() - interval '7 days'"
_CODES = """
    SELECT code, used_by, tries_left, expires_at <= madoguchi_now() AS expired
    FROM enrolment_codes
    WHERE terminal = $1 AND expires_at > madoguchi_now() - interval '7 days' ORDER BY made_at DESC
"""
_TRIED = """
    UPDATE enrolment_codes SET tries_left = tries_left - 1
    WHERE terminal = $1 AND used_by IS NULL AND tries_left > 0 AND expires_at > madoguchi_now()
"""
_USE = "UPDATE enrolment_codes SET used_by = $2 WHERE code = $1"
_PLACE = """
    SELECT site, chain, test,
           terminals.state = 'suspended' OR coalesce(withheld.state = 'suspended', false) AS barred
    FROM terminals JOIN sites USING (site)
    LEFT JOIN terminal_withholdings AS withheld USING (terminal) WHERE terminal = $1
"""
_FOUND = "DELETE FROM terminal_withholdings WHERE terminal = $1 AND state = 'lost'"
_KEEP = "INSERT INTO enrolments (enrolment, terminal, token, not_after) VALUES ($1, $2, $3, $4)"
_ANSWER = """
    UPDATE enrolment_requests SET answered_at = madoguchi_now(), enrolment = $2, problem = $3
    WHERE request = $1
"""
_WITHDRAWN = """
    SELECT enrolment, withdrawn_at FROM enrolments
    WHERE withdrawn_at IS NOT NULL AND not_after > madoguchi_now() ORDER BY enrolment
"""
_NEWEST = "SELECT number, digest, signed_at FROM withdrawn_lists ORDER BY number DESC LIMIT 1"
_PUBLISH = "INSERT INTO withdrawn_lists (number, token, digest) VALUES ($1, $2, $3)"
_DROP_LISTS = "DELETE FROM withdrawn_lists WHERE number < $1"


@dataclass(frozen=True)
class Registrar:
    """Whoever holds the enrolment key."""

    key: SigningKey
    secret: bytes
    """Makes the one-time codes."""
    gateway: str
    """The gateway's name."""
    trust: Trust
    """Names the keys of registrars."""
    clock: Clock

    async def turn(self, connection: Connection) -> None:
        """Answer who waits, withdraw what has to be, and sign the list if it is another or old."""
        async with connection.transaction():
            await connection.execute(_LOCK)
            waiting = await connection.fetch(_WAITING)
            for row in waiting:
                await self._answer(
                    connection, row["request"], AskEnrolment.model_validate_json(row["asked"])
                )
            await connection.execute(_FORGET)
            if await withdraw(connection) or waiting:
                await notify(connection)
            await self._publish(connection)

    async def _answer(self, connection: Connection, request: UUID, asked: AskEnrolment) -> None:
        try:
            enrolment = await self._enrolled(connection, request, asked)
        except MadoguchiError as refused:
            await connection.execute(_ANSWER, request, None, refused.slug)
        else:
            await connection.execute(_ANSWER, request, enrolment, None)

    async def _enrolled(self, connection: Connection, request: UUID, asked: AskEnrolment) -> str:
        now = self.clock.now()
        said = verified_request(asked, self.gateway, now)
        if asked.code_proof is not None:
            await _use_code(connection, self.secret, request, said, asked.code_proof)
        else:
            rows = await connection.fetch(_WITHDRAWN)
            withdrawn = {row["enrolment"]: row["withdrawn_at"] for row in rows}
            check_renewal(asked, said, self.trust.key_set.without(withdrawn), now)
        place = await connection.fetchrow(_PLACE, said.terminal)
        if place is None:
            raise TerminalUnknown()
        if place["barred"]:
            raise TerminalSuspended()
        placed = Placed(
            terminal=said.terminal, site=place["site"], chain=place["chain"], test=place["test"]
        )
        return await self._sign(connection, placed, said, now)

    async def _sign(
        self, connection: Connection, placed: Placed, said: EnrolmentAsked, now: datetime
    ) -> str:
        made = Enrolment.of(
            placed, said.statement_key, said.token_key, now - _BEFORE, now + ENROLLED_FOR
        )
        token = made.signed_by(self.key)
        await connection.execute(_KEEP, made.enrolment, made.terminal, token, made.not_after)
        await connection.execute(_FOUND, made.terminal)
        decision = Decision(made.terminal, BY, "", self.gateway, now)
        await tell(connection, decision, "enrolled")
        return made.enrolment

    async def _publish(self, connection: Connection) -> None:
        withdrawn = tuple(
            Withdrawn(enrolment=row["enrolment"], since=row["withdrawn_at"])
            for row in await connection.fetch(_WITHDRAWN)
        )
        digest = sha256_hex(canonical_json([one.model_dump(mode="json") for one in withdrawn]))
        newest, now = await connection.fetchrow(_NEWEST), self.clock.now()
        if newest and newest["digest"] == digest and now - newest["signed_at"] < LIST_RENEWED:
            return
        number = newest["number"] + 1 if newest else 1
        said = WithdrawnList(
            number=number,
            issued_at=now - _BEFORE,
            expires_at=now + LIST_LASTS,
            withdrawn=withdrawn,
        )
        await connection.execute(_PUBLISH, number, said.signed_by(self.key), digest)
        await connection.execute(_DROP_LISTS, number)


async def _use_code(
    connection: Connection, secret: bytes, request: UUID, said: EnrolmentAsked, proof: str
) -> None:
    """Use a code up; who has none costs the codes that are open a try.

    Raises:
        EnrolmentCodeRefused: no code of this terminal, or it was tried too often.
        EnrolmentCodeUsed, EnrolmentCodeExpired: told to whoever has the right code alone.

    """
    for row in await connection.fetch(_CODES, said.terminal):
        expected = code_proof(said, code_of(secret, row["code"], said.terminal))
        if not compare_digest(expected, proof):
            continue
        if row["used_by"] is not None:
            raise EnrolmentCodeUsed()
        if row["expired"]:
            raise EnrolmentCodeExpired()
        if row["tries_left"] <= 0:
            break
        await connection.execute(_USE, row["code"], request)
        return
    await connection.execute(_TRIED, said.terminal)
    raise EnrolmentCodeRefused()
