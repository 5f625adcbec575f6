"""A real process: what it logs and traces, what it never says, and how it stops."""

import asyncio
import json
import os
import signal
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from sys import executable
from typing import Any

import aiohttp
import pytest
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess, ProcessNotReady

SERVICE = Path(__file__).with_name("sample_service.py")
NAME = "山田太郎"
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{SPAN}-01"
SECRET = "4f3c2b1a9d8e7f60"
STATES = {"tracestate": f"card={SECRET}", "baggage": f"card={SECRET}"}
Start = Callable[..., ManagedProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Give a function that starts the sample service with these variables."""
    started: list[ManagedProcess] = []

    def make(**environment: str) -> ManagedProcess:
        port = free_port()
        service = ManagedProcess(
            "sample",
            [executable, str(SERVICE), str(port)],
            ready_url=f"http://127.0.0.1:{port}/readyz",
            log=tmp_path / "sample.log",
            env=environment,
        )
        started.append(service)
        service.start()
        return service

    yield make
    for service in started:
        service.kill()


def address(service: ManagedProcess, path: str) -> str:
    return service.ready_url.removesuffix("/readyz") + path


async def answered(
    service: ManagedProcess, method: str, path: str, **given: Any
) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, address(service, path), **given) as answer,
    ):
        return answer.status, await answer.json()


def written(service: ManagedProcess) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Stop the service; return its log lines and its spans, one JSON object after another."""
    service.terminate()
    text, decoder = service.log.read_text("utf-8").strip(), json.JSONDecoder()
    found: list[dict[str, Any]] = []
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    return [one for one in found if "event" in one], [one for one in found if "kind" in one]


async def test_one_trace_from_the_caller_to_the_log_and_on_to_others(start: Start) -> None:
    service = start(OTEL_TRACES_EXPORTER="console")
    _, passed_on = await answered(
        service,
        "POST",
        "/people/7",
        json={"name": "a"},
        headers={"traceparent": TRACEPARENT, "Authorization": "known", **STATES},
    )
    lines, spans = written(service)
    inner, served = spans
    assert served["name"] == "POST /people/{number}"
    assert served["kind"] == "SpanKind.SERVER"
    assert served["parent_id"] == f"0x{SPAN}"
    assert served["attributes"]["http.response.status_code"] == 200
    assert inner["name"] == "look up"
    assert inner["parent_id"] == served["context"]["span_id"]
    assert {span["context"]["trace_id"] for span in spans} == {f"0x{TRACE}"}
    span_id = inner["context"]["span_id"].removeprefix("0x")
    assert passed_on["traceparent"] == f"00-{TRACE}-{span_id}-01"
    greeted = next(line for line in lines if line["event"] == "greeted")
    assert (greeted["trace_id"], greeted["span_id"]) == (TRACE, span_id)
    assert greeted["service"] == "sample"
    assert set(passed_on) == {"traceparent"}
    assert SECRET not in service.log.read_text()


async def test_a_stranger_names_no_trace(start: Start) -> None:
    service = start(OTEL_TRACES_EXPORTER="console")
    _, passed_on = await answered(
        service,
        "POST",
        "/people/7",
        json={"name": "a"},
        headers={"traceparent": TRACEPARENT, **STATES},
    )
    lines, spans = written(service)
    assert len({span["context"]["trace_id"] for span in spans}) == 1
    told = json.dumps([lines, spans, passed_on]) + service.log.read_text()
    assert not [one for one in (TRACE, SPAN, SECRET) if one in told]
    assert set(passed_on) == {"traceparent"}


async def test_without_being_asked_to_it_traces_nothing(start: Start) -> None:
    service = start()
    headers = {"traceparent": TRACEPARENT}
    _, passed_on = await answered(service, "POST", "/people/7", json={"name": "a"}, headers=headers)
    assert passed_on == {}
    lines, spans = written(service)
    assert not spans
    assert not [line for line in lines if "trace_id" in line]


async def test_neither_log_nor_trace_holds_what_a_person_sent(start: Start) -> None:
    service = start(OTEL_TRACES_EXPORTER="console")
    given: dict[str, Any] = {"params": {"q": NAME}, "headers": {"X-Name": NAME.encode().hex()}}
    for path, body in (
        ("/people/7", {"name": NAME}),
        ("/people/7", {"name": [NAME]}),
        ("/failing", {"name": NAME}),
        ("/forgotten", {"name": NAME}),
        ("/nowhere", {"name": NAME}),
        ("/people/7", {"name": NAME * 10_000}),
    ):
        await answered(service, "POST", path, json=body, **given)
    lines, spans = written(service)
    assert len(spans) >= 6
    said = {line["event"] for line in lines}
    assert {"unexpected_error", "Task exception was never retrieved"} <= said
    text = json.dumps([lines, spans], ensure_ascii=False) + service.log.read_text("utf-8")
    assert NAME not in text
    assert ascii(NAME)[1:-1] not in text
    assert NAME.encode().hex() not in text


async def test_an_unexpected_error_is_found_by_the_trace_that_its_answer_names(
    start: Start,
) -> None:
    service = start(OTEL_TRACES_EXPORTER="console")
    status, problem = await answered(service, "POST", "/failing", json={"name": "a"})
    lines, spans = written(service)
    error = next(line for line in lines if line["event"] == "unexpected_error")
    assert status == 500
    assert (error["kind"], error["level"]) == ("ValueError", "error")
    assert problem["trace"] == error["trace_id"]
    assert spans[-1]["context"]["trace_id"] == f"0x{error['trace_id']}"
    assert spans[-1]["status"] == {"status_code": "ERROR"}


async def test_who_hangs_up_within_a_body_calls_nobody(start: Start) -> None:
    service = start(OTEL_TRACES_EXPORTER="console")
    port = int(service.ready_url.split(":")[2].split("/")[0])
    head = "POST /strict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    for reset in (True, False):
        with socket.create_connection(("127.0.0.1", port)) as caller:
            caller.sendall(f"{head}Content-Length: 500\r\n\r\n{{".encode())
            # So that it is the application that waits for the body.
            await asyncio.sleep(0.3)
            if reset:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert (await answered(service, "POST", "/people/7", json={"name": "a"}))[0] == 200
    lines, spans = written(service)
    assert [line for line in lines if line["level"] not in ("info", "debug")] == []
    told = [span["attributes"].get("http.response.status_code") for span in spans]
    assert [told.count(499), told.count(200)] == [2, 1], "the application heard of each"


async def until(true: Callable[[], Awaitable[bool]], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(0.02)


async def started(service: ManagedProcess) -> bool:
    return "waiting" in service.log.read_text()


async def unready(service: ManagedProcess) -> bool:
    return (await answered(service, "GET", "/readyz"))[0] == 503


async def test_told_to_stop_it_turns_away_new_work_and_finishes_what_it_has(
    start: Start,
) -> None:
    service = start()
    slow = asyncio.create_task(answered(service, "GET", "/waiting/2"))
    await until(lambda: started(service), 5)
    os.kill(service.pid, signal.SIGTERM)
    await until(lambda: unready(service), 0.8)
    # Who has not heard of it yet is still served.
    assert (await answered(service, "GET", "/livez"))[0] == 200
    assert (await answered(service, "POST", "/people/7", json={"name": "a"}))[0] == 200
    assert await slow == (200, 2.0)
    with pytest.raises(ProcessNotReady, match="ended with exit code 0"):
        await asyncio.to_thread(service.wait_until_ready)
