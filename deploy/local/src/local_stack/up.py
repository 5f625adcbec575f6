"""`make up`: keeps the system running and says how to use it."""

import os
import shutil
import time
from typing import NoReturn

from rich.console import Console

from local_stack.by_hand import (
    bill_commands,
    enrol_commands,
    issue_command,
    probe_commands,
    verify_command,
)
from local_stack.folders import VAR, card_keys
from local_stack.kafka import choose_kafka
from local_stack.kafka_cluster import AUDIT_TOPIC, KafkaCluster
from local_stack.postgres import choose_postgres
from local_stack.system import LocalSystem

FOLDER = VAR / "local"
KAFKA = VAR / "kafka" / "local"


def run(console: Console, *, kafka: bool = False) -> int:
    """Start everything, print the addresses, and run until Ctrl-C or SIGTERM.

    With `kafka` the audit events go to a Kafka that is started here, or, as always when it is set,
    to `KAFKA_BOOTSTRAP_SERVERS`.
    """
    server = choose_postgres(VAR / "postgres")
    cluster = _fresh_kafka(console) if kafka else None
    console.print("PostgreSQL")
    try:
        server.start()
        if cluster is not None:
            console.print("Kafka")
            cluster.start()
        with LocalSystem(
            FOLDER,
            server,
            prefix="madoguchi_local",
            card_keys=card_keys(),
            broker=cluster,
            told=console.print,
        ) as system:
            system.start_billing()
            _show(console, system)
            _watch(console, system)
    except KeyboardInterrupt:
        console.print("stopped")
    finally:
        server.stop()
        if cluster is not None:
            cluster.stop()
    return 0


def _fresh_kafka(console: Console) -> KafkaCluster:
    # The installation begins afresh, too: what the last one published is nobody's history.
    shutil.rmtree(KAFKA, ignore_errors=True)
    return choose_kafka(KAFKA, console.print)


def _watch(console: Console, system: LocalSystem) -> NoReturn:
    """Wait for Ctrl-C or SIGTERM; say of every process that ends meanwhile where to look."""
    ended: set[str] = set()
    while True:
        for name, process in system.processes.items():
            if name not in ended and not process.running:
                ended.add(name)
                console.print(f"[red]{name} has ended[/]: {process.log} says why", soft_wrap=True)
        time.sleep(1)


def _show(console: Console, system: LocalSystem) -> None:
    facts, layout = system.installation.facts, system.installation.layout
    addresses = {
        **{f"gateway {n}": address for n, address in enumerate(facts.gateways, start=1)},
        **{f"adapter {code}": address for code, address in facts.adapters.items()},
        "relay": facts.relay,
        "stamper": facts.stamper,
        "revocation lists": facts.authority,
        "gateway's database": facts.gateway_database,
        "audit stream": _audit_stream(system),
        "archive": _archive(system),
        "billing": f"{facts.billing}, token in {layout.billing_token}",
        "terminals": str(layout.terminals),
        "cards": str(layout.folder / "cards"),
        "logs": str(layout.logs),
    }
    for what, address in addresses.items():
        console.print(f"  {what:20} {address}", soft_wrap=True, highlight=False)
    for what, command in (
        ("To issue a certificate by hand", issue_command(system)),
        ("To probe an adapter with test papers (見本)", probe_commands(system)),
        ("To enrol a terminal, lose it, and see which there are", enrol_commands(system)),
        ("To verify the archive of audit events", verify_command(system)),
        (
            "Once there are papers, to close this month as if it were over, and state it",
            bill_commands(system),
        ),
    ):
        console.print(f"\n{what}:\n", soft_wrap=True)
        console.print(command, soft_wrap=True, highlight=False)
    console.print("\nCtrl-C stops everything.")


def _audit_stream(system: LocalSystem) -> str:
    environment = os.environ | system.processes["relay"].env
    servers = environment.get("KAFKA_BOOTSTRAP_SERVERS")
    file = str(system.installation.layout.audit_file)
    return f"topic {AUDIT_TOPIC} of Kafka at {servers}" if servers else file


def _archive(system: LocalSystem) -> str:
    facts, layout = system.installation.facts, system.installation.layout
    if "audit" in system.processes:
        return f"{facts.audit}, token in {layout.audit_token}"
    return f"{facts.audit_database}, filled by: python -m audit import {layout.audit_file}"
