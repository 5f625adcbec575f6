"""`python -m loadtests.relay`: how fast one relay, held to one core, catches up with a backlog.

The backlog is there before the relay starts, as after an outage of Kafka. PostgreSQL and Kafka are
real and use the other cores; what the relay itself needs of its core is measured beside.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
from gateway.audit.outbox import OutboxRow, insert_events, issuance_row
from gateway.database.migrate import migrated
from local_stack.kafka import choose_kafka
from local_stack.kafka_cluster import audit_topics
from local_stack.ports import free_port
from local_stack.postgres import choose_postgres
from local_stack.processes import ManagedProcess
from madoguchi_wire.event_data.examples import example_data
from madoguchi_wire.events import EventType

OUT = Path("var/bench/relay.json")
NEEDED = 3000
"""Events a second."""
_LIFE = (
    EventType.ISSUANCE_ACCEPTED,
    EventType.ISSUANCE_PREPARED,
    EventType.ISSUANCE_DELIVERED,
    EventType.ISSUANCE_PAID,
    EventType.ISSUANCE_COMPLETED,
)
_TOGETHER = 200
_DAY = date(2026, 11, 27)


@dataclass(frozen=True)
class Result:
    """What was measured."""

    events: int
    seconds: float
    events_per_s: float
    cpu_seconds: float
    """Of the one process that was held to a core."""
    events_per_cpu_second: float
    needed_events_per_s: int
    cores: int
    load_average_before: float
    python: str


def main() -> int:
    """Measure, print and write the figures; return 1 if they are too low."""
    parser = argparse.ArgumentParser(prog="loadtests.relay")
    parser.add_argument("--events", type=int, default=60_000)
    events: int = parser.parse_args().events
    with tempfile.TemporaryDirectory(prefix="madoguchi-relay-") as folder:
        result = measured(Path(folder), events)
    return tell(result, OUT)


def tell(result: Result, out: Path) -> int:
    """Print and write the figures; return 1 if they are too low."""
    text = json.dumps(asdict(result), indent=1) + "\n"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")
    sys.stdout.write(f"{text}{out}\n")
    return 0 if result.events_per_s >= NEEDED else 1


def measured(folder: Path, events: int) -> Result:
    """Start a PostgreSQL and a Kafka in `folder`, and let a relay carry a backlog."""
    server, cluster = choose_postgres(folder / "postgres"), choose_kafka(folder / "kafka")
    topic, database = f"bench.{uuid4().hex[:8]}", f"bench_relay_{uuid4().hex[:8]}"
    try:
        server.start()
        cluster.start()
        cluster.create_topics(*audit_topics(topic))
        url = server.create_database(database)
        asyncio.run(_fill(url, events))
        environment = {
            "MADOGUCHI_ENVIRONMENT": "development",
            "RELAY_DATABASE_URL": url,
            "KAFKA_BOOTSTRAP_SERVERS": cluster.servers,
            "RELAY_KAFKA_TOPIC": topic,
        }
        found = _run(folder, url, environment)
        server.drop_database(database)
        return found
    finally:
        cluster.stop()
        server.stop()


def _run(folder: Path, url: str, environment: dict[str, str]) -> Result:
    port, before = free_port(), os.getloadavg()[0]
    relay = ManagedProcess(
        "relay",
        [sys.executable, "-m", "relay"],
        ready_url=f"http://127.0.0.1:{port}/livez",
        log=folder / "relay.log",
        env=environment | {"RELAY_PORT": str(port), "RELAY_DRAIN_SECONDS": "0"},
    )
    relay.spawn()
    process = psutil.Process(relay.pid)
    process.cpu_affinity([max(os.sched_getaffinity(0))])
    try:
        carried, seconds, cpu = asyncio.run(_until_published(url, process))
    finally:
        relay.terminate()
    return result_of(carried, seconds, cpu, before)


def result_of(events: int, seconds: float, cpu: float, load_before: float) -> Result:
    """Return the figures of `events` in `seconds`, for which the process needed `cpu` seconds."""
    return Result(
        events=events,
        seconds=round(seconds, 3),
        events_per_s=round(events / seconds, 1),
        cpu_seconds=round(cpu, 3),
        events_per_cpu_second=round(events / cpu, 1),
        needed_events_per_s=NEEDED,
        cores=psutil.cpu_count() or 1,
        load_average_before=round(load_before, 2),
        python=platform.python_version(),
    )


async def _until_published(url: str, process: psutil.Process) -> tuple[int, float, float]:
    """Return how many events were carried after the first page, in how long, for how much CPU."""
    connection = await asyncpg.connect(url)
    oldest = "SELECT min(position) FROM outbox WHERE published_at IS NULL"
    first = now = await connection.fetchval(oldest)
    async with asyncio.timeout(600):
        while now == first:
            await asyncio.sleep(0.01)
            now = await connection.fetchval(oldest)
        began, cpu = time.monotonic(), sum(process.cpu_times()[:2])
        left: int = await connection.fetchval(
            "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        )
        while now is not None:
            await asyncio.sleep(0.01)
            now = await connection.fetchval(oldest)
    used = sum(process.cpu_times()[:2]) - cpu
    await connection.close()
    return left, time.monotonic() - began, used


async def _fill(url: str, events: int) -> None:
    await migrated(url)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT ensure_month_partitions($1, 1)", _DAY)
    for rows in backlog(events):
        await insert_events(connection, rows)
    await connection.close()


def backlog(events: int) -> Iterator[list[OutboxRow]]:
    """Yield at least so many events of issuances, many of which go on at the same time."""
    for _ in range(0, events, _TOGETHER * len(_LIFE)):
        lives = [_life() for _ in range(_TOGETHER)]
        yield [row for step in zip(*lives, strict=True) for row in step]


def _life() -> list[OutboxRow]:
    issuance, moment = uuid4(), datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
    return [
        issuance_row(
            source="centre.madoguchi.example",
            type=kind,
            issuance=issuance,
            sequence=sequence,
            moment=moment,
            municipality="122033",
            accepted_on=_DAY,
            data=example_data(kind),
        )
        for sequence, kind in enumerate(_LIFE, start=1)
    ]


if __name__ == "__main__":
    sys.exit(main())
