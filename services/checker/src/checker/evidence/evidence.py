"""All evidence of one installation together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.trust_list import TrustList, verified_trust_list

from checker.evidence.database import read_books
from checker.evidence.papers import Paper, read_papers
from checker.evidence.register import Asking, CardRegister, read_askings, read_register
from checker.evidence.rows import Books


@dataclass(frozen=True)
class Evidence:
    """What the checks judge."""

    books: Books
    papers: tuple[Paper, ...]
    register: CardRegister
    askings: tuple[Asking, ...]
    stream: tuple[bytes, ...]
    """The lines of the audit stream."""
    trust: TrustList
    now: datetime
    """The installation's present."""


async def gather(installation: Path, documents: Sequence[Path]) -> Evidence:
    """Read everything that a history left behind.

    Args:
        installation: folder with `installation.json`, trust list, register and audit stream.
        documents: folders with the papers, each named after its issuance.

    Raises:
        OSError, ValueError, SignatureRefused, asyncpg.PostgresError: something cannot be read.

    """
    facts = json.loads((installation / "installation.json").read_bytes())
    now = SystemClock(timedelta(seconds=facts["clock_offset_seconds"])).now()
    stream = installation / "audit.jsonl"
    return Evidence(
        books=await read_books(facts["gateway_database"]),
        papers=tuple(paper for folder in documents for paper in read_papers(folder)),
        register=read_register(installation / "card-register.json"),
        askings=read_askings(installation / "askings.jsonl"),
        stream=tuple(stream.read_bytes().splitlines()) if stream.exists() else (),
        trust=_trust(installation, now),
        now=now,
    )


def _trust(installation: Path, now: datetime) -> TrustList:
    root = serialization.load_pem_public_key((installation / "trust-root.pem").read_bytes())
    if not isinstance(root, ec.EllipticCurvePublicKey):
        raise ValueError("trust-root.pem holds no elliptic-curve key")
    token = (installation / "trust-list.jws").read_text("ascii").strip()
    return verified_trust_list(token, root, now, "development")
