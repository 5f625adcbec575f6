"""All evidence of one installation together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.keys import KeySet
from madoguchi_wire.trust_list import TrustList, verified_trust_list
from madoguchi_wire.withdrawn import verified_withdrawn

from checker.evidence.adapters import AdapterBooks, read_adapters
from checker.evidence.askings import Asking, read_askings
from checker.evidence.database import read_books
from checker.evidence.papers import PaperFile, find_papers
from checker.evidence.register import CardRegister, read_register
from checker.evidence.rows import Books
from checker.evidence.terminals import TerminalRecord, read_terminals


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the checks judge: what gateway, adapters and terminals each wrote by themselves."""

    books: Books
    """The gateway's."""
    adapters: dict[str, AdapterBooks]
    """By municipality."""
    terminals: dict[str, TerminalRecord]
    """Those whose journals could be had."""
    papers: tuple[PaperFile, ...]
    register: CardRegister
    askings: tuple[Asking, ...] | None
    """None only if whoever judges says that nobody stood there to note them."""
    stream: tuple[bytes, ...]
    """The lines of the audit stream."""
    trust: TrustList
    keys: KeySet
    """Of the trust list, with the enrolments that were withdrawn."""
    now: datetime
    """The installation's present."""


async def gather(installation: Path, documents: Sequence[Path], *, noted: bool = True) -> Evidence:
    """Read everything that a history left behind; papers are found here, and read when judged.

    Args:
        installation: folder with `installation.json`, trust list, withdrawn enrolments, register,
            audit stream and `terminals/`.
        documents: folders with the papers, each named after its issuance.
        noted: whether somebody noted who asked for what; then a note that is missing is a fault.

    Raises:
        OSError, ValueError, SignatureRefused, asyncpg.PostgresError: something cannot be read.

    """
    facts = json.loads((installation / "installation.json").read_bytes())
    now = SystemClock(timedelta(seconds=facts["clock_offset_seconds"])).now()
    books = await read_books(facts["gateway_database"])
    trust = read_trust(installation, now)
    return Evidence(
        books=books,
        adapters=await read_adapters(facts["municipality_databases"]),
        terminals=read_terminals(installation / "terminals"),
        papers=tuple(paper for folder in documents for paper in find_papers(folder)),
        register=read_register(installation / "card-register.json"),
        askings=read_askings(installation / "askings.jsonl") if noted else None,
        stream=_stream(installation / "audit.jsonl", books),
        trust=trust,
        keys=less_withdrawn(installation, trust, now),
        now=now,
    )


def _stream(path: Path, books: Books) -> tuple[bytes, ...]:
    if not path.exists():
        return ()
    # The same bytes as in the outbox are held once.
    known = {row.canonical: row.canonical for row in books.outbox}
    with path.open("rb") as file:
        lines = (line.rstrip(b"\n") for line in file)
        return tuple(known.get(line, line) for line in lines)


def less_withdrawn(installation: Path, trust: TrustList, now: datetime) -> KeySet:
    """Return the keys of the trust list, with the enrolments that the registrar withdrew.

    Raises:
        OSError, ValueError, SignatureRefused: the list cannot be read, or no registrar signed it.

    """
    keys = trust.key_set()
    token = (installation / "withdrawn-enrolments.jws").read_text("ascii").strip()
    return keys.without(verified_withdrawn(token, keys, now).since())


def read_trust(installation: Path, now: datetime) -> TrustList:
    """Return the installation's trust list.

    Raises:
        OSError, ValueError, SignatureRefused: it cannot be read, or nobody signed it.

    """
    root = serialization.load_pem_public_key((installation / "trust-root.pem").read_bytes())
    if not isinstance(root, ec.EllipticCurvePublicKey):
        raise ValueError("trust-root.pem holds no elliptic-curve key")
    token = (installation / "trust-list.jws").read_text("ascii").strip()
    return verified_trust_list(token, root, now, "development")
