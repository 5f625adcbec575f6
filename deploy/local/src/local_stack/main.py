"""The commands behind `make demo`, `make up`, `make schemas` and others, and `start.sh`."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import asyncpg
from rich.console import Console

from local_stack.documents import Documents
from local_stack.kafka_libraries import KafkaNotStarted
from local_stack.postgres import PostgresNotStarted
from local_stack.processes import ProcessNotReady

_INTERRUPTED = 130
_FAULTS = (
    KafkaNotStarted,
    PostgresNotStarted,
    ProcessNotReady,
    OSError,
    asyncpg.PostgresError,
)


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    asked = _parser().parse_args(arguments)
    console = Console()
    # Whoever starts us in the background has us ignore it otherwise.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(asked, console)
    except KeyboardInterrupt:
        console.print("stopped")
        return _INTERRUPTED
    except _FAULTS as error:
        sys.stderr.write(f"{asked.command}: {error}\n")
        if "DATABASE_URL" in os.environ and not isinstance(error, ProcessNotReady):
            sys.stderr.write("DATABASE_URL is set: may its user create and own databases there?\n")
        return 2


def _run(asked: argparse.Namespace, console: Console) -> int:
    # Imported when it is known which are needed: they bring half of the workspace.
    if asked.command == "demo":
        from local_stack.demo.run import Demo

        return Demo(console).run()
    if asked.command == "up":
        from local_stack import up

        return up.run(console, kafka=asked.kafka)
    if asked.command == "reconcile":
        from local_stack import reconcile

        return reconcile.run(console)
    if asked.command == "kafka":
        from local_stack import kafka_alone

        return kafka_alone.run(asked.folder, console)
    if asked.command == "install":
        from local_stack import install

        return install.run(asked.folder, console)
    return _documents(asked.command).run(console, check=asked.check)


def _documents(command: str) -> Documents:
    if command == "schemas":
        from local_stack.schemas.documents import documents

        return documents()
    from local_stack.openapi import descriptions

    return descriptions()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="local_stack", description="The whole system on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="issue certificates everywhere and judge the history")
    up = commands.add_parser("up", help="start everything and keep it running")
    up.add_argument("--kafka", action="store_true", help="carry the audit events to a Kafka, too")
    commands.add_parser("reconcile", help="hold all parties' papers and yen side by side")
    kafka = commands.add_parser("kafka", help="start a Kafka of one node and keep it running")
    kafka.add_argument("--folder", type=Path, default=None, help="of its data (var/kafka/broker)")
    install = commands.add_parser("install", help="make an installation for deploy/compose.yaml")
    install.add_argument("--folder", type=Path, required=True, help="thrown away and made anew")
    for name, what in (
        ("openapi", "docs/openapi"),
        ("schemas", "docs/schemas, docs/asyncapi.yaml"),
    ):
        documents = commands.add_parser(name, help=f"write {what}")
        documents.add_argument("--check", action="store_true", help="only compare")
    return parser


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # An event loop has a handler of its own for it, which ends the task. An exception that is
    # raised in the middle of the loop's own work may be lost.
    signal.raise_signal(signal.SIGINT)
