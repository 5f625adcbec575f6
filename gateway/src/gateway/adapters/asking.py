"""What the gateway says to a municipality's adapters, and what it makes of their answers."""

import asyncio
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TypeVar

import aiohttp
from madoguchi_wire.adapter_api import SignedRequest
from madoguchi_wire.encoding import strict_json
from madoguchi_wire.errors import (
    AdapterFailed,
    AdapterNonsense,
    AdapterTimeout,
    CardRefused,
    CollectorNotDesignated,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    IssuanceClosed,
    IssuanceExpired,
    MachineOfAnotherMunicipality,
    MadoguchiError,
    OfferRefused,
    OrderInFlight,
    OrderRefused,
    PersonRefused,
    PrepareInProgress,
    ReadBackFailed,
    RevocationUnknown,
    SessionRefused,
)
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.bounded import TooMuch, read_at_most
from madoguchi_wire.kit.problems import error_of
from pydantic import BaseModel

PASSED_ON = (
    CardRefused,
    SessionRefused,
    OrderRefused,
    OfferRefused,
    PersonRefused,
    PrepareInProgress,
    IssuanceClosed,
    IssuanceExpired,
    ReadBackFailed,
    RevocationUnknown,
)
"""What an adapter may tell a terminal through us; all else it says is nonsense."""
OURS = (
    OrderInFlight,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    CollectorNotDesignated,
    MachineOfAnotherMunicipality,
)
"""Of those, what only the gateway itself can know."""
MAXIMUM_ANSWER_BYTES = 8 * 1024 * 1024
_JSON = "application/json"
_ROUNDS = 2
_PAUSE_SECONDS = 0.2
_A = TypeVar("_A", bound=BaseModel)


async def ask(
    http: aiohttp.ClientSession,
    adapters: Sequence[str],
    path: str,
    request: str,
    answer: type[_A],
    seconds: float,
    may_retry: Callable[[], bool],
) -> _A:
    """Post a signed request to the first adapter that can be reached, within `seconds`.

    Asking another adapter, or again, is safe as long as nothing was taken from an answer: the
    issuance id makes the same bytes of it. Each try has its share of the time, so that one that
    accepts and never answers does not keep the next from being asked.

    Args:
        http: for the calls.
        adapters: base addresses, in the order of preference.
        path: of the endpoint.
        request: the signed statement (JWS).
        answer: what a good answer is.
        seconds: for all tries together.
        may_retry: whether one more try may be made; it is paid for.

    Raises:
        PersonRefused, CardRefused, ...: the adapter refuses (`PASSED_ON`).
        AdapterTimeout: nothing came in time.
        AdapterFailed: none can be reached (a 200 that is no JSON is from somewhere else), or all
            of them failed.
        AdapterNonsense: an answer that cannot be understood; `as_answer` if it came as a good one.

    """
    body = SignedRequest(request=request).model_dump_json().encode()
    try:
        async with asyncio.timeout(seconds):
            return await _in_turn(http, adapters, path, body, answer, seconds, may_retry)
    except TimeoutError as error:
        raise AdapterTimeout() from error


async def _in_turn(
    http: aiohttp.ClientSession,
    adapters: Sequence[str],
    path: str,
    body: bytes,
    answer: type[_A],
    seconds: float,
    may_retry: Callable[[], bool],
) -> _A:
    fault: MadoguchiError = AdapterFailed()
    for number, adapter in enumerate(tuple(adapters) * _ROUNDS):
        if number > 0 and not may_retry():
            break
        if number == len(adapters):
            await asyncio.sleep(_PAUSE_SECONDS)
        others = max(len(adapters) - number, 1)
        try:
            async with asyncio.timeout(seconds / others if others > 1 else None):
                return await _post(http, adapter + path, body, answer)
        except (aiohttp.ClientError, _Failed):
            fault = AdapterFailed()
        except TimeoutError:
            fault = AdapterTimeout()
    raise fault


class _Failed(Exception):
    """This adapter failed by its own fault: another one, or a repeat, may do better."""


async def _post(http: aiohttp.ClientSession, address: str, body: bytes, answer: type[_A]) -> _A:
    headers = {"content-type": _JSON}
    telemetry.inject(headers)
    # The whole call has its own deadline; the client's default would cut it short.
    timeout = aiohttp.ClientTimeout(total=None)
    async with http.post(
        address, data=body, headers=headers, timeout=timeout, allow_redirects=False
    ) as response:
        good = response.status == HTTPStatus.OK
        if good and response.content_type != _JSON:
            # A page of somebody between us and the adapter: nobody was asked for anything yet.
            raise _Failed()
        try:
            content = await read_at_most(response, MAXIMUM_ANSWER_BYTES)
        except TooMuch as error:
            raise AdapterNonsense(as_answer=good) from error
        if good:
            return _read(answer, content)
        raise _refusal(response.status, content)


def _read(answer: type[_A], content: bytes) -> _A:
    try:
        return answer.model_validate(strict_json(content))
    except ValueError as error:
        raise AdapterNonsense(as_answer=True) from error


def _refusal(status: int, content: bytes) -> Exception:
    try:
        named = error_of(strict_json(content))
    except ValueError:
        named = None
    if isinstance(named, PASSED_ON) and not isinstance(named, OURS):
        # Our own words for the slug, never the adapter's: its text could say more than it should.
        # Only what the municipality signed about a document that it withheld goes with it.
        evidence = named.evidence if isinstance(named, ReadBackFailed) else None
        return type(named)(evidence=evidence)
    return _Failed() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else AdapterNonsense()
