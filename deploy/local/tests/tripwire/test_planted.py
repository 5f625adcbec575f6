"""One of each kind of thing is planted in each place, and must be found and named."""

import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from gateway.audit.described import AMISS
from local_stack.kafka import LocalKafka
from local_stack.system import LocalSystem
from local_stack.tripwire import places
from local_stack.tripwire.places import Place
from local_stack.tripwire.watch import PersonalDataFound, search, watched

Things = dict[str, bytes]
Found = Callable[[list[Place]], set[tuple[str, str]]]
KINDS = 7


@contextmanager
def planted(path: Path, data: bytes) -> Generator[None]:
    before = path.read_bytes() if path.exists() else None
    path.write_bytes((before or b"") + b'{"event": "' + data + b'"}\n')
    yield
    path.unlink() if before is None else path.write_bytes(before)


@pytest.mark.parametrize(
    "name", ["audit.jsonl", "audit.jsonl.stamps.jsonl", "audit.stamps.jsonl", "logs/gateway-1.log"]
)
def test_in_the_stream_and_in_logs(
    system: LocalSystem, found: Found, things: Things, name: str
) -> None:
    assert len(things) == KINDS
    for kind, thing in things.items():
        with planted(system.folder / name, thing):
            there = list(places.of_installation(system.installation.layout))
        assert found(there) == {(kind, name)}


def test_in_names_of_files(system: LocalSystem, found: Found, things: Things) -> None:
    legible = {kind: thing.decode() for kind, thing in things.items() if len(thing) < 120}
    assert len(legible) == KINDS - 2
    for kind, thing in legible.items():
        path = system.installation.layout.terminals / f"{thing}.tmp"
        path.touch()
        there = list(places.of_installation(system.installation.layout))
        path.unlink()
        assert found(there) == {(kind, "the names of files")}


def test_in_metrics(found: Found, things: Things) -> None:
    for kind, thing in things.items():
        with serving(b'orders_total{who="' + thing + b'"} 1\n') as address:
            pages = places.of_metrics([("gateway-1", address), ("gone", "http://127.0.0.1:9")])
        assert found(pages) == {(kind, "the metrics of gateway-1")}


def test_in_segments_and_log_of_its_kafka(
    system: LocalSystem, things: Things, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = LocalKafka(tmp_path)
    monkeypatch.setattr(system, "broker", broker)
    partition = broker.data / "madoguchi.audit-3"
    partition.mkdir(parents=True)
    broker.log.touch()
    search(system)
    segments = {kind: f"{number:020}.log" for number, kind in enumerate(things)}
    with ExitStack() as stack:
        for kind, segment in segments.items():
            stack.enter_context(planted(partition / segment, things[kind]))
            stack.enter_context(planted(broker.log, things[kind]))
        with pytest.raises(PersonalDataFound) as told:
            search(system)
    found = set(str(told.value).split("; "))
    assert found >= {f"{kind} in Kafka/{partition.name}/{one}" for kind, one in segments.items()}
    assert found >= {f"{kind} in the log of Kafka" for kind in things}


def test_a_stop_fails_and_names_what_was_found_where(system: LocalSystem, things: Things) -> None:
    log = system.installation.layout.logs / "relay.log"
    system.processes["relay"] = Idle()  # type: ignore[assignment]
    with (
        planted(log, things["a card's serial number"]),
        pytest.raises(PersonalDataFound) as told,
        watched(system),
    ):
        system.processes.clear()
    said = str(told.value).split("; ")
    assert [one for one in said if "PostgreSQL" not in one] == [
        "a card's serial number in logs/relay.log"
    ]


def test_an_event_that_nobody_described_fails_a_stop_too(system: LocalSystem) -> None:
    log = system.installation.layout.logs / "gateway-2.log"
    with planted(log, AMISS.encode()):
        expected = "an event that says what nobody described in logs/gateway-2.log"
        with pytest.raises(PersonalDataFound, match=expected):
            search(system)


class Idle:
    """Stands for a process that answers nothing."""

    running = False


@contextmanager
def serving(page: bytes) -> Generator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its own name)
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
