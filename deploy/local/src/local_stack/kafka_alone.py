"""`deploy/kafka/start.sh`: a Kafka of one node, until Ctrl-C or SIGTERM."""

import time
from pathlib import Path

from rich.console import Console

from local_stack.folders import VAR
from local_stack.kafka import LocalKafka

FOLDER = VAR / "kafka" / "broker"


def run(folder: Path | None, console: Console) -> int:
    """Start it, print its address, and run until it is told to stop; return the exit code."""
    broker = LocalKafka(folder or FOLDER, told=console.print)
    try:
        broker.start()
        console.print(f"KAFKA_BOOTSTRAP_SERVERS={broker.servers}", soft_wrap=True)
        console.print("Ctrl-C stops it.")
        while broker.running:
            time.sleep(1)
    finally:
        broker.stop()
    console.print(f"Kafka has ended: {broker.log} says why", soft_wrap=True)
    return 1
