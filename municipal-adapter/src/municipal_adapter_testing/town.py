"""The folder of one municipality of the tests: adapter file, keys, card authorities."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.kit.yaml_file import yaml_text
from municipal_adapter.cardholders.binding import Binding
from municipal_adapter.evidence.sealing import make_evidence_keys
from store_terminal_sim.cards.authority import CardAuthoritySim

from municipal_adapter_testing.centre import GATEWAY

PAPERS_A_DAY = 6
"""The limit of the towns of the tests."""

TEST_RESIDENTS = tuple(f"MIHON-{number}" for number in range(1, 21))
"""Numbers of their test records, once somebody settles under them."""


@dataclass(frozen=True)
class Town:
    """A municipality whose adapter file is written."""

    code: str
    folder: Path
    database_url: str
    key: SigningKey
    authority: CardAuthoritySim
    countersigning_key: SigningKey = field(default_factory=SigningKey.generate)

    @property
    def file(self) -> Path:
        """The adapter file."""
        return self.folder / "adapter.yaml"

    @property
    def binding(self) -> Binding:
        """What binds its cards to persons."""
        return Binding((self.folder / "registrations.secret").read_bytes())

    def write_crl(self, at: datetime | None = None) -> None:
        """Write the revocation list as of now."""
        crl = self.authority.crl(at or datetime.now(UTC))
        (self.folder / "test-card.crl").write_bytes(crl)


def adapter_values(code: str, database_url: str) -> dict[str, Any]:
    """Return the contents of an adapter file."""
    return {
        "municipality": code,
        "name": "市川市",
        "gateway": GATEWAY,
        "database_url": database_url,
        "keys": {
            "attestation": "attestation.pem",
            "beacon": "beacon.secret",
            "handles": "handles.secret",
            "registrations": "registrations.secret",
            "evidence": "evidence.public.pem",
            "countersigning": "countersigning.pem",
        },
        "card_authorities": "card-authorities.yaml",
        "crl_refresh_seconds": 0.2,
        "kinds": {
            "resident_record": {"minimum_age": 15, "maximum_copies": 5},
            "seal_registration": {"minimum_age": 15, "maximum_copies": 2},
        },
        "velocity": {"papers_a_day": PAPERS_A_DAY},
        "test_residents": list(TEST_RESIDENTS),
        "mayors": [
            {"name": "試験 太郎", "title": "市川市長", "since": "2010-01-01"},
        ],
    }


def make_town(folder: Path, code: str, database_url: str, authority: CardAuthoritySim) -> Town:
    """Write everything that a municipality's adapter needs."""
    folder.mkdir(parents=True)
    town = Town(code, folder, database_url, SigningKey.generate(), authority)
    town.key.save(folder / "attestation.pem")
    town.countersigning_key.save(folder / "countersigning.pem")
    for name in ("beacon", "handles", "registrations"):
        (folder / f"{name}.secret").write_bytes(secrets.token_bytes(32))
    make_evidence_keys(folder)
    values = adapter_values(code, database_url)
    town.file.write_text(yaml_text(values), encoding="utf-8")
    (folder / "authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    trusted = authority.as_trusted()
    entry = {
        "name": trusted.name,
        "certificate": "authority.pem",
        "policy": trusted.policy.dotted_string,
        "crl": "test-card.crl",
    }
    (folder / "card-authorities.yaml").write_text(yaml_text({"authorities": [entry]}))
    town.write_crl()
    return town
