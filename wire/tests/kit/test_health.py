"""Health tells the truth, in words, and soon."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from madoguchi_wire.kit import health as module
from madoguchi_wire.kit.application import NO_FRAMEWORK_SPANS
from madoguchi_wire.kit.health import Health, health_routes

Call = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]


async def _well() -> str | None:
    return None


async def _ill() -> str | None:
    return "the list has expired: provide a newer one"


async def _stuck() -> str | None:
    await asyncio.Event().wait()
    return None


async def _broken() -> str | None:
    raise ConnectionRefusedError("postgresql://user:password@host")


def an_application(health: Health) -> FastAPI:
    app = FastAPI(telemetry=NO_FRAMEWORK_SPANS)
    app.include_router(health_routes(health))
    return app


@pytest.mark.parametrize("path", ["/readyz", "/startupz"])
async def test_it_is_ready_only_if_every_check_passes(path: str, call: Call) -> None:
    health = Health()
    app = an_application(health)
    health.add("well", _well)
    well = {"ready": True, "checks": {"well": None}, "notices": {}}
    assert await _told(call, app, path) == (200, well)
    health.add("ill", _ill)
    status, report = await _told(call, app, path)
    assert status == 503
    assert report == well | {"ready": False, "checks": {"well": None, "ill": await _ill()}}


async def test_a_notice_is_told_and_keeps_no_request_away(call: Call) -> None:
    health = Health()
    health.notice("ill", _ill)
    status, report = await _told(call, an_application(health), "/readyz")
    assert (status, report["ready"], report["notices"]) == (200, True, {"ill": await _ill()})


async def test_a_check_that_hangs_or_breaks_is_told_in_words_without_secrets(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHECK_SECONDS", 0.05)
    health = Health()
    health.add("stuck", _stuck)
    health.add("broken", _broken)
    status, report = await _told(call, an_application(health), "/readyz")
    assert status == 503
    assert "did not answer within" in report["checks"]["stuck"]
    assert "ConnectionRefusedError" in report["checks"]["broken"]
    assert "password" not in str(report)


async def test_a_draining_process_is_alive_and_not_ready(call: Call) -> None:
    health = Health()
    health.draining = True
    app = an_application(health)
    assert (await _told(call, app, "/livez"))[0] == 200
    status, report = await _told(call, app, "/readyz")
    assert status == 503
    assert "about to stop" in report["checks"]["draining"]


async def test_an_ill_process_is_alive(call: Call) -> None:
    health = Health()
    health.add("ill", _ill)
    assert (await _told(call, an_application(health), "/livez"))[0] == 200


async def _told(call: Call, app: FastAPI, path: str) -> tuple[int, Any]:
    status, _, body = await call(app, "GET", path)
    return status, body
