"""Our own adapter as a process that holds the test centre, as a vendor's would."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from local_stack.ports import free_port
from local_stack.processes import ManagedProcess
from madoguchi.conformance.centre.centre import GATEWAY, Centre
from madoguchi.conformance.centre.people import PEOPLE, TEST
from madoguchi.conformance.centre.writing import LOAD, OWN
from madoguchi_wire.card_certificates import CardIdentity
from madoguchi_wire.keys import SigningKey
from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.cardholders.registrations import register
from municipal_adapter_testing.town import adapter_values

MUNICIPALITY = "122033"


@dataclass(frozen=True)
class Ours:
    """Our adapter, and the kit whose test centre it holds."""

    address: str
    folder: Path
    """The kit's."""
    key: SigningKey
    """The municipality's, which signs attestations."""

    @property
    def centre(self) -> Centre:
        """The test centre."""
        return Centre.load(self.folder / OWN)


def adapter_file(kit: Path, address: str) -> dict[str, Any]:
    """Return what a vendor of our adapter would write."""
    values = adapter_values(MUNICIPALITY, address)
    return values | {
        "gateway": GATEWAY,
        "keys": {
            name: f"keys/{file}"
            for name, file in (
                ("attestation", "attestation.pem"),
                ("beacon", "beacon.secret"),
                ("handles", "handles.secret"),
                ("registrations", "registrations.secret"),
                ("evidence", "evidence.public.pem"),
            )
        },
        "test_residents": [TEST.number],
        "card_authorities": str(kit / LOAD / "card-authorities.yaml"),
        "records": {"source": "files", "folder": str(kit / LOAD), "poll_seconds": 0.1},
        "records_maximum_age_seconds": 86_400,
        "velocity": {"papers_a_day": 1000},
    }


async def load_cards(address: str, load: Path, secret: bytes) -> None:
    """Register the kit's cards."""
    people, binding = {one.number: one for one in PEOPLE}, Binding(secret)
    connection = await asyncpg.connect(address)
    try:
        for held in json.loads((load / "cards.json").read_bytes()):
            one = people[held["resident_id"]]
            card = CardIdentity(held["authority"], held["serial"])
            await register(connection, binding.made(card, one.number, one.name, one.born))
    finally:
        await connection.close()


def adapter(folder: Path, kit: Path) -> ManagedProcess:
    """Return the process, not yet started."""
    port = free_port()
    return ManagedProcess(
        "adapter",
        [sys.executable, "-m", "municipal_adapter", "serve"],
        ready_url=f"http://127.0.0.1:{port}/readyz",
        log=folder / "log",
        env={
            "MADOGUCHI_ENVIRONMENT": "development",
            "ADAPTER_FILES": str(folder / "adapter.yaml"),
            "ADAPTER_TRUST_LIST": str(kit / LOAD / "trust-list.jws"),
            "ADAPTER_WITHDRAWN_ENROLMENTS": str(kit / LOAD / "withdrawn-enrolments.jws"),
            "ADAPTER_TRUST_ROOT": str(kit / LOAD / "trust-root.pem"),
            "ADAPTER_DRAIN_SECONDS": "0",
            "ADAPTER_WORKERS": "1",
            "ADAPTER_PORT": str(port),
        },
    )
