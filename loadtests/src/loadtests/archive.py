"""`python -m loadtests.archive`: how fast one archive, held to one core, reads a full topic.

As after an outage of the archive: everything is in Kafka before it starts. PostgreSQL and Kafka are
real and use the other cores; what the archive itself needs of its core is measured beside.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import psutil
from aiokafka import AIOKafkaProducer  # pyright: ignore[reportMissingTypeStubs] (it has none)
from audit.database.migrate import migrate
from local_stack.kafka import choose_kafka
from local_stack.kafka_cluster import audit_topics
from local_stack.ports import free_port
from local_stack.postgres import choose_postgres
from local_stack.processes import ManagedProcess

from loadtests.relay import Result, backlog, result_of, tell

OUT = Path("var/bench/archive.json")
_ARCHIVED = "SELECT coalesce(sum(next_offset), 0) FROM offsets"


def main() -> int:
    """Measure, print and write the figures; return 1 if they are too low."""
    parser = argparse.ArgumentParser(prog="loadtests.archive")
    parser.add_argument("--events", type=int, default=60_000)
    events: int = parser.parse_args().events
    with tempfile.TemporaryDirectory(prefix="madoguchi-archive-") as folder:
        result = measured(Path(folder), events)
    return tell(result, OUT)


def measured(folder: Path, events: int) -> Result:
    """Start a PostgreSQL and a Kafka in `folder`, and let an archive read what a relay wrote."""
    server, cluster = choose_postgres(folder / "postgres"), choose_kafka(folder / "kafka")
    topic, database = f"bench.{uuid4().hex[:8]}", f"bench_archive_{uuid4().hex[:8]}"
    try:
        server.start()
        cluster.start()
        cluster.create_topics(*audit_topics(topic))
        url = server.create_database(database)
        migrate(url)
        sent = asyncio.run(_fill(cluster.servers, topic, events))
        environment = {
            "MADOGUCHI_ENVIRONMENT": "development",
            "AUDIT_DATABASE_URL": url,
            # It only consumes: nobody asks it to verify anything.
            "AUDIT_TRUST_LIST": os.devnull,
            "AUDIT_TRUST_ROOT": os.devnull,
            "AUDIT_TOKEN": uuid4().hex,
            "KAFKA_BOOTSTRAP_SERVERS": cluster.servers,
            "AUDIT_KAFKA_TOPIC": topic,
            "AUDIT_KAFKA_GROUP": topic,
        }
        found = _run(folder, url, sent, environment)
        server.drop_database(database)
        return found
    finally:
        cluster.stop()
        server.stop()


def _run(folder: Path, url: str, sent: int, environment: dict[str, str]) -> Result:
    port, before = free_port(), os.getloadavg()[0]
    archive = ManagedProcess(
        "audit",
        [sys.executable, "-m", "audit", "serve"],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=folder / "audit.log",
        env=environment | {"AUDIT_PORT": str(port), "AUDIT_DRAIN_SECONDS": "0"},
    )
    archive.spawn()
    process = psutil.Process(archive.pid)
    process.cpu_affinity([max(os.sched_getaffinity(0))])
    try:
        read, seconds, cpu = asyncio.run(_until_archived(url, sent, process))
    finally:
        archive.terminate()
    return result_of(read, seconds, cpu, before)


async def _until_archived(url: str, sent: int, process: psutil.Process) -> tuple[int, float, float]:
    """Return how many events were archived after the first batch, in how long, for how much CPU."""
    connection = await asyncpg.connect(url)
    first = now = 0
    async with asyncio.timeout(600):
        while not first:
            await asyncio.sleep(0.01)
            first = now = int(await connection.fetchval(_ARCHIVED))
        began, cpu = time.monotonic(), sum(process.cpu_times()[:2])
        while now < sent:
            await asyncio.sleep(0.01)
            now = int(await connection.fetchval(_ARCHIVED))
    seconds, used = time.monotonic() - began, sum(process.cpu_times()[:2]) - cpu
    kept: int = await connection.fetchval("SELECT count(*) FROM events")
    await connection.close()
    if kept != sent:
        raise RuntimeError(f"{kept} events are archived, {sent} were sent")
    return sent - first, seconds, used


async def _fill(servers: str, topic: str, events: int) -> int:
    producer: Any = AIOKafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=20)
    await producer.start()
    sent = 0
    try:
        for rows in backlog(events):
            for row in rows:
                await producer.send(topic, key=row.subject.encode(), value=row.canonical)
            sent += len(rows)
        await producer.flush()
    finally:
        await producer.stop()
    return sent


if __name__ == "__main__":
    sys.exit(main())
