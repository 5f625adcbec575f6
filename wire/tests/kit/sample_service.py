"""A service with the kit's frame, for tests of a real process: `python sample_service.py PORT`.

`SAMPLE_IMPATIENT` shortens what callers may draw out.
"""

import asyncio
import os
import sys

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from madoguchi_wire.kit import body_limit, protocol, telemetry
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.json_route import JsonRoute
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.telemetry import configure_telemetry
from pydantic import BaseModel
from starlette.types import Scope


class Person(BaseModel):
    name: str


async def greet(person: Person) -> dict[str, str]:
    headers: dict[str, str] = {}
    with telemetry.span("look up", size=len(person.name)):
        telemetry.inject(headers)
        structlog.get_logger().info("greeted", size=len(person.name))
    return headers


async def fail(person: Person) -> None:
    raise ValueError(person.name)


async def forget(person: Person) -> str:
    """Fail in a task that nobody waits for, which asyncio logs in its own words."""
    task = asyncio.get_running_loop().create_task(fail(person))
    await asyncio.sleep(0)
    del task
    return "forgotten"


async def wait(seconds: float) -> float:
    structlog.get_logger().info("waiting")
    await asyncio.sleep(seconds)
    return seconds


async def headers(request: Request) -> dict[str, str]:
    """Return the headers as they are when the whole body is read."""
    await request.body()
    return dict(request.headers)


async def large() -> Response:
    return Response(b"x" * 20_000_000)


def _is_known(scope: Scope) -> bool:
    return (b"authorization", b"known") in scope["headers"]


def main(port: int) -> None:
    configure_logs("sample")
    configure_telemetry("sample")
    health = Health()
    if "SAMPLE_IMPATIENT" in os.environ:
        protocol.HEAD_SECONDS, protocol.MESSAGE_SECONDS, protocol.WRITE_SECONDS = 0.5, 1.5, 0.5
        body_limit.BODY_SECONDS = 1
    app = FastAPI(title="sample", telemetry=NO_FRAMEWORK_SPANS)
    strict = APIRouter(route_class=JsonRoute)
    strict.add_api_route("/strict", greet, methods=["POST"])
    app.include_router(strict)
    app.add_api_route("/headers", headers, methods=["POST"])
    app.add_api_route("/large", large)
    app.add_api_route("/people/{number}", greet, methods=["POST"])
    app.add_api_route("/failing", fail, methods=["POST"])
    app.add_api_route("/forgotten", forget, methods=["POST"])
    app.add_api_route("/waiting/{seconds}", wait)
    refused = structlog.get_logger()
    serve(
        complete(app, health, 10_000, may_name_trace=_is_known),
        "127.0.0.1",
        port,
        health,
        drain_seconds=1,
        refused=lambda slug: refused.info("refused_unread", problem=slug),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
