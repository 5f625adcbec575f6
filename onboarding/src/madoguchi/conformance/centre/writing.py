"""The kit's folder: `load/` is what the adapter has to hold, `own/` what the kit keeps."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.kit.yaml_file import yaml_text

from madoguchi.conformance.centre.cards import OF_THE_HOLDER
from madoguchi.conformance.centre.centre import GATEWAY, TERMINALS, Centre
from madoguchi.conformance.centre.people import HOLDER, PEOPLE, TEST, record_lines

LOAD, OWN = "load", "own"
_README = f"""\
# Test centre for an adapter

Everything in it is of a demonstration: no process that runs in production accepts any of it.
Load what is in `{LOAD}/` into the adapter; `{OWN}/` is the kit's, and needs to be nowhere else.

| file in `{LOAD}/` | what the adapter does with it |
|---|---|
| `trust-list.jws`, `trust-root.pem` | its trust list, and the root key that it pins |
| `withdrawn-enrolments.jws` | its list of withdrawn enrolments: none is |
| `card-authorities.yaml`, `authority.pem` | the one card authority that it accepts |
| `revocations.crl` | the revocation list of that authority |
| `records.jsonl` | its records: a batch as docs/records/files.md describes it |
| `cards.json` | whose card each one is: authority, serial, number of the resident |
| `centre.json` | names of gateway and terminals; `test_residents`: its test records |

Let it issue both kinds to persons of 15 and more, at least 2 copies an order, and at least 500
papers a day to one person: a run takes some thirty. Its clock is the present. Then:

    madoguchi conformance https://ADAPTER --kit DIR

The revocation list is good for 24 hours and the trust list for 30 days. Run `madoguchi conformance
kit` for the same folder to renew both, or after a new build or key of the adapter.
"""


def write_kit(folder: Path, centre: Centre, at: datetime | None = None) -> None:
    """Write the whole folder."""
    now = at or datetime.now(UTC)
    load = folder / LOAD
    load.mkdir(parents=True, exist_ok=True)
    centre.save(folder / OWN)
    (folder / "README.md").write_text(_README, encoding="utf-8")
    root = centre.keys["root"]
    (load / "trust-list.jws").write_text(centre.trust_list(now).signed_by(root))
    withdrawn = centre.withdrawn(now).signed_by(centre.keys["registrar"])
    (load / "withdrawn-enrolments.jws").write_text(withdrawn)
    (load / "trust-root.pem").write_bytes(
        root.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    _write_authority(load, centre, now)
    (load / "records.jsonl").write_bytes(_batch(centre.subject.municipality, now))
    facts = {
        "gateway": GATEWAY,
        "terminals": TERMINALS,
        "municipality": centre.subject.municipality,
        "test_residents": [TEST.number],
    }
    _write_json(load / "centre.json", facts)
    _write_json(load / "cards.json", _holders(centre))


def _write_authority(load: Path, centre: Centre, now: datetime) -> None:
    trusted = centre.authority.as_trusted()
    pem = centre.authority.certificate.public_bytes(serialization.Encoding.PEM)
    (load / "authority.pem").write_bytes(pem)
    (load / "revocations.crl").write_bytes(centre.authority.crl(now))
    entry = {
        "name": trusted.name,
        "certificate": "authority.pem",
        "policy": trusted.policy.dotted_string,
        "crl": "revocations.crl",
    }
    (load / "card-authorities.yaml").write_text(yaml_text({"authorities": [entry]}))


def _holders(centre: Centre) -> list[dict[str, str]]:
    holders = {one.card: one.number for one in PEOPLE}
    holders |= dict.fromkeys(OF_THE_HOLDER, HOLDER.number)
    return [
        {
            "authority": centre.authority.name,
            "serial": f"{centre.cards[card].serial:x}",
            "resident_id": number,
        }
        for card, number in sorted(holders.items())
    ]


def _batch(municipality: str, made_at: datetime) -> bytes:
    header = {
        "line": "header",
        "kind": "batch",
        "municipality": municipality,
        "sequence": 0,
        "made_at": made_at.isoformat(),
    }
    lines = [_line(one) for one in (header, *record_lines())]
    body = b"".join(lines)
    sha256 = hashlib.sha256(body).hexdigest()
    return body + _line({"line": "trailer", "lines": len(lines), "sha256": sha256})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
