"""Calls to the gateway: the same bytes again until an answer comes or the deadline passes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from madoguchi_wire.gateway_api import Problem
from pydantic import BaseModel, ValidationError

from store_terminal_sim.core.effects import Flow, HttpRequest, HttpResponse, NoAnswer, Wait
from store_terminal_sim.core.problems import GatewayRefused, GatewaySilent
from store_terminal_sim.core.terminal import Terminal

FIRST_WAIT = 0.1
LONGEST_WAIT = 2.0
LONGEST_CALL = 15.0
"""Seconds for one attempt."""
WORTH_REPEATING = frozenset(
    {
        "order-in-flight",
        "prepare-in-progress",
        "service-unavailable",
        "internal-error",
        "too-many-requests",
    }
)
"""Problems after which the same request may get another answer within its deadline."""

_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class Call:
    """One request to the gateway, wherever it is."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def json_call(path: str, body: BaseModel, **headers: str) -> Call:
    """Return a POST of a JSON body."""
    content = {"content-type": "application/json", **headers}
    return Call("POST", path, body.model_dump_json().encode(), content)


def send(terminal: Terminal, make: Callable[[], Call], deadline: datetime) -> Flow[HttpResponse]:
    """Send until answered, at one address after the other, with growing pauses.

    Args:
        terminal: who calls.
        make: gives the call for each attempt; the same one wherever it must not count twice.
        deadline: when to give up.

    Raises:
        GatewayRefused: it answered with a problem document.
        GatewaySilent: nobody answered in time.

    """
    pause = FIRST_WAIT
    while True:
        answer: HttpResponse | NoAnswer = yield _request(terminal, make(), deadline)
        problem = None if isinstance(answer, NoAnswer) else _problem(answer)
        if isinstance(answer, HttpResponse) and answer.status < 400:
            return answer
        if problem is not None and not _worth_repeating(problem):
            raise GatewayRefused(problem)
        terminal.address += 1
        jittered = pause * terminal.jitter.uniform(1, 1.5)
        if (deadline - terminal.clock.now()).total_seconds() <= jittered:
            if problem is not None:
                raise GatewayRefused(problem)
            raise GatewaySilent("The gateway did not answer in time. Nothing was charged.")
        yield Wait(jittered)
        pause = min(pause * 2, LONGEST_WAIT)


def parsed(shape: type[_M], response: HttpResponse) -> _M:
    """Return what an answer says.

    Raises:
        GatewaySilent: it cannot be understood, which is as good as no answer.

    """
    try:
        return shape.model_validate_json(response.body)
    except ValidationError as error:
        raise GatewaySilent("The gateway's answer cannot be understood.") from error


def _request(terminal: Terminal, call: Call, deadline: datetime) -> HttpRequest:
    addresses = terminal.identity.addresses
    address = addresses[terminal.address % len(addresses)]
    left = (deadline - terminal.clock.now()).total_seconds()
    timeout = max(0.1, min(LONGEST_CALL, left))
    return HttpRequest(call.method, address + call.path, call.headers, call.body, timeout)


def _problem(response: HttpResponse) -> Problem | None:
    try:
        return Problem.model_validate_json(response.body) if response.status >= 400 else None
    except ValidationError:
        return None


def _worth_repeating(problem: Problem) -> bool:
    return problem.type.rsplit("/", 1)[-1] in WORTH_REPEATING
