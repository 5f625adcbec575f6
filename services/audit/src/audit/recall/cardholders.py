"""Which papers were one cardholder's, at one municipality in one month, by the pseudonym.

Nothing across municipalities or months can be asked: a pseudonym is of its key, and each
municipality has another key each month.
"""

from collections.abc import AsyncIterator
from datetime import datetime

from madoguchi_wire.encoding import canonical_json
from madoguchi_wire.event_data.parts import Cardholder
from madoguchi_wire.kit.pool import Connection, Executor
from pydantic import ValidationError

from audit.recall.left_out import LeftOut, left_out_of
from audit.recall.papers import Paper, papers_of

NOT_TOLD = (
    "No archived event tells whose this issuance is, or its payload was removed, or no stamp covers"
    " it."
)
_OF_ISSUANCE = """
    SELECT cardholder_of(canonical) FROM events JOIN covered USING (digest)
    WHERE subject = $1 AND type = 'madoguchi.issuance.accepted.v1'
"""
_CHOSEN = """
    SELECT DISTINCT subject FROM events JOIN covered USING (digest)
    WHERE type = 'madoguchi.issuance.accepted.v1' AND cardholder_of(canonical) = $1
      AND subject IS DISTINCT FROM $2
"""
_FITTING = """
    SELECT DISTINCT subject FROM events
    WHERE type = 'madoguchi.issuance.accepted.v1' AND cardholder_of(canonical) = $1
      AND subject IS DISTINCT FROM $2
"""


def named_cardholder(text: str) -> Cardholder:
    """Return what the gateway's command printed.

    Raises:
        ValueError: it never printed that.

    """
    key, _, pseudonym = text.partition(":")
    try:
        return Cardholder(key=key, pseudonym=pseudonym)
    except ValidationError:
        raise ValueError("a pseudonym is written KEY:PSEUDONYM") from None


async def cardholder_of(connection: Executor, issuance: str) -> Cardholder | None:
    """Return whose an issuance is; None if none is told, or no more, or it is not known."""
    told: str | None = await connection.fetchval(_OF_ISSUANCE, issuance)
    return None if told is None else Cardholder.model_validate_json(told)


async def papers_of_cardholder(
    connection: Connection, cardholder: Cardholder, beside: str | None = None
) -> AsyncIterator[Paper]:
    """Give the cardholder's issuances by their ids, except for the one `beside` which they are."""
    async for paper in papers_of(connection, _CHOSEN, (_spelled(cardholder), beside)):
        yield paper


async def left_out_of_cardholder(
    connection: Connection, cardholder: Cardholder, beside: str | None, now: datetime
) -> LeftOut:
    """Return what of the cardholder's other papers does not count."""
    return await left_out_of(connection, _FITTING, (_spelled(cardholder), beside), now)


def _spelled(cardholder: Cardholder) -> str:
    return canonical_json(cardholder.model_dump()).decode()
