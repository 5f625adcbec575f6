"""A service with the kit's frame, for tests of a real process: `python sample_service.py PORT`."""

import asyncio
import sys

import structlog
from fastapi import FastAPI
from madoguchi_wire.kit import telemetry
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS, complete
from madoguchi_wire.kit.health import Health
from madoguchi_wire.kit.logs import configure_logs
from madoguchi_wire.kit.server import serve
from madoguchi_wire.kit.telemetry import configure_telemetry
from pydantic import BaseModel


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


def main(port: int) -> None:
    configure_logs("sample")
    configure_telemetry("sample")
    health = Health()
    app = FastAPI(title="sample", telemetry=NO_FRAMEWORK_SPANS)
    app.add_api_route("/people/{number}", greet, methods=["POST"])
    app.add_api_route("/failing", fail, methods=["POST"])
    app.add_api_route("/forgotten", forget, methods=["POST"])
    app.add_api_route("/waiting/{seconds}", wait)
    serve(complete(app, health, 10_000), "127.0.0.1", port, health, drain_seconds=1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
