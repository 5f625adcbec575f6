"""`madoguchi conformance vectors DIR`: signed vectors for whoever writes an adapter."""

import argparse
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.encoding import to_base64url
from madoguchi_wire.kit.commands import FINE, AddParser, say

from madoguchi.conformance.vectors import answers, parties, requests
from madoguchi.conformance.vectors.cast import AT, BUILD, GATEWAY, MUNICIPALITY, OTHER, Cast
from madoguchi.conformance.vectors.schema import SCHEMA
from madoguchi.conformance.vectors.seeded import Seed
from madoguchi.conformance.vectors.vector import Vector

DEFAULT_SEED = "madoguchi"
_PRIVATE = ("gateway", MUNICIPALITY, "session")
_README = """\
# Signed test vectors

What an adapter, a gateway or a terminal in another language can be held against without any server.
Everybody has the keys of these vectors, so nothing outside development trusts them. The same seed
gives the same bytes.

`keys.json` has the moment of all vectors, the pinned root, the trust list, the card authority, and
private keys to sign and open with. Each other file holds `vectors` as `vectors.schema.json`
describes: what comes in (`input`), whether it `holds` or is `refused`, and for which `reason`: the
slug of the problem, or what a terminal says of a document. Judge each at its `at`, or else at that
of `keys.json`.

| file | is held against |
|---|---|
| `keys-found.json` | the trust list: kid, purpose and owner at a moment |
| `trust-lists.json` | the pinned root, the environment `development`, the newest version seen |
| `revocations.json` | the card authority; a list may be a day old |
| `requests.json` | the gateway's key: who signed a request to prepare, and its one spelling |
| `sessions.json` | terminal, card, gateway, municipality and time |
| `orders.json` | the session that it comes with, which holds |
| `attestations.json` | what was `asked`, and the municipality's key |
| `sealed.json` | the session's private key, with `info` |
| `documents.json`, `pdf/` | issuance and pages, as a terminal reads them |
"""


def add_parsers(add: AddParser) -> None:
    """Add the command."""
    vectors = add("vectors", help="write signed test vectors into a folder", act=_write)
    vectors.add_argument("folder", type=Path, help="where to; files of an earlier run are replaced")
    vectors.add_argument("--seed", default=DEFAULT_SEED, help="another seed gives other vectors")


async def _write(asked: argparse.Namespace) -> int:
    count = write_vectors(asked.folder, Seed(asked.seed))
    say(f"{count} vectors in {asked.folder}; its README.md says how to read them")
    return FINE


def write_vectors(folder: Path, seed: Seed) -> int:
    """Write all vectors, and return how many there are."""
    cast, files = Cast(seed), vectors_of(Cast(seed))
    (folder / "pdf").mkdir(parents=True, exist_ok=True)
    for vector, (_, document, _) in zip(files["documents"], answers.page_documents(), strict=True):
        (folder / vector.input["file"]).write_bytes(document)
    for name, vectors in files.items():
        _write_json(folder / f"{name}.json", {"vectors": [one.as_json() for one in vectors]})
    _write_json(folder / "keys.json", _keys(cast))
    _write_json(folder / "vectors.schema.json", SCHEMA)
    (folder / "README.md").write_text(_README, encoding="utf-8")
    return sum(map(len, files.values()))


def vectors_of(cast: Cast) -> dict[str, list[Vector]]:
    """Return all vectors by the name of their file."""
    return {
        "keys-found": parties.key_vectors(cast),
        "trust-lists": parties.trust_list_vectors(cast),
        "revocations": parties.revocation_vectors(cast),
        "requests": parties.request_vectors(cast),
        "sessions": requests.session_vectors(cast),
        "orders": requests.order_vectors(cast),
        "attestations": answers.attestation_vectors(cast),
        "sealed": answers.sealed_vectors(cast),
        "documents": answers.page_vectors(),
    }


def _keys(cast: Cast) -> dict[str, Any]:
    authority = cast.trusted_authority
    return {
        "at": AT.isoformat(),
        "gateway": GATEWAY,
        "municipality": MUNICIPALITY,
        "other_municipality": OTHER,
        "build": BUILD,
        "root": cast.key("root").public,
        "trust_list": cast.trust_list.signed_by(cast.key("root")),
        "card_authority": {
            "name": authority.name,
            "certificate": to_base64url(
                authority.certificate.public_bytes(serialization.Encoding.DER)
            ),
            "policy": authority.policy.dotted_string,
        },
        "private": {name: _pem(cast.key(name).private) for name in _PRIVATE}
        | {"session_sealing": to_base64url(cast.seed.sealing_key("session").private_bytes_raw())},
    }


def _pem(key: Any) -> str:  # noqa: ANN401 (a private key)
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode()


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
