"""What terminals ask of the registrar: kept by the gateway, answered by the registrar alone."""

from uuid import UUID

from madoguchi_wire.enrolling import AskEnrolment, EnrolmentAnswer, verified_request
from madoguchi_wire.errors import EnrolmentUnknown, TooManyEnrolmentRequests, all_errors

from gateway.parts import Gateway

WAITING_OF_ONE = 3
"""Requests of one terminal that wait for the registrar at once."""
WAITING = 1000
"""Of all: more than a day's new stores."""
_KEEP = """
    INSERT INTO enrolment_requests (request, terminal, asked)
    SELECT $1, $2, $3
    WHERE (SELECT count(*) FILTER (WHERE terminal = $2) < $4 AND count(*) < $5
           FROM enrolment_requests WHERE answered_at IS NULL)
    ON CONFLICT DO NOTHING RETURNING request
"""
_FIND = """
    SELECT problem, enrolments.token FROM enrolment_requests
    LEFT JOIN enrolments USING (enrolment) WHERE request = $1
"""


async def keep(gateway: Gateway, asked: AskEnrolment) -> EnrolmentAnswer:
    """Keep a request for the registrar; the same one again is answered as far as it is.

    Raises:
        EnrolmentRequestRefused: whoever asks has not the keys, or asks somebody else.
        TooManyEnrolmentRequests: too many wait.
        EnrolmentRefused: it was refused before.

    """
    said = verified_request(asked, gateway.settings.name, gateway.clock.now())
    kept = (asked.request, said.terminal, asked.model_dump_json())
    if await gateway.pool.fetchval(_KEEP, *kept, WAITING_OF_ONE, WAITING) is None:
        try:
            return await answer(gateway, asked.request)
        except EnrolmentUnknown:
            raise TooManyEnrolmentRequests() from None
    return EnrolmentAnswer(request=asked.request, state="waiting")


async def answer(gateway: Gateway, request: UUID) -> EnrolmentAnswer:
    """Return what became of a request.

    Raises:
        EnrolmentUnknown: there is none.
        EnrolmentRefused: the registrar refused it.

    """
    row = await gateway.pool.fetchrow(_FIND, request)
    if row is None:
        raise EnrolmentUnknown()
    if row["problem"] is not None:
        raise all_errors()[row["problem"]]()
    state = "waiting" if row["token"] is None else "enrolled"
    return EnrolmentAnswer(request=request, state=state, enrolment=row["token"])
