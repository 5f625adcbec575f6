"""Health that tells the truth: alive, started, ready, and in words what is wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from madoguchi_wire.errors import (
    BodyTooLarge,
    HeadersTooLarge,
    MadoguchiError,
    RequestRefused,
    RequestTimeout,
)
from madoguchi_wire.kit.problems import problem_responses

Check = Callable[[], Awaitable[str | None]]
_CHECK_SECONDS = 3


class HealthReport(BaseModel):
    """What is well (null) and what is wrong (in words), by check."""

    ready: bool
    checks: dict[str, str | None]
    notices: dict[str, str | None]
    """What a person should look at though requests are taken, in words, and null if nothing."""


class Health:
    """The checks of one process; each answers None, or what is wrong and what to do."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._notices: dict[str, Check] = {}
        self.draining = False

    def add(self, name: str, check: Check) -> None:
        """Add a check that must pass before this process takes requests."""
        self._checks[name] = check

    def notice(self, name: str, check: Check) -> None:
        """Add a check whose words are told and keep no request away."""
        self._notices[name] = check

    async def report(self) -> HealthReport:
        """Run every check, side by side, none longer than 3 s."""
        checks, notices = await asyncio.gather(_answers(self._checks), _answers(self._notices))
        if self.draining:
            checks["draining"] = "this process is about to stop: send requests elsewhere"
        return HealthReport(ready=not any(checks.values()), checks=checks, notices=notices)


async def _answers(checks: dict[str, Check]) -> dict[str, str | None]:
    names = list(checks)
    answers = await asyncio.gather(*(_run(checks[name]) for name in names))
    return dict(zip(names, answers, strict=True))


async def _run(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"did not answer within {_CHECK_SECONDS} s"
    except Exception as error:
        # The type only: a driver's message may hold an address with a password.
        return f"cannot be checked ({type(error).__name__})"


def health_routes(health: Health) -> APIRouter:
    """Return /livez, /readyz and /startupz."""
    router = APIRouter(tags=["health"])

    async def ready(response: Response) -> HealthReport:
        report = await health.report()
        response.status_code = 200 if report.ready else 503
        return report

    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    refused = problem_responses(
        RequestRefused, RequestTimeout, BodyTooLarge, HeadersTooLarge, MadoguchiError
    )
    unready: dict[int | str, dict[str, Any]] = {
        **refused,
        503: {"model": HealthReport, "description": "Not ready, and why"},
    }
    router.add_api_route("/livez", alive, responses=refused, summary="Does the process run?")
    router.add_api_route("/readyz", ready, responses=unready, summary="Can it take requests?")
    router.add_api_route("/startupz", ready, responses=unready, summary="Has it started?")
    return router
