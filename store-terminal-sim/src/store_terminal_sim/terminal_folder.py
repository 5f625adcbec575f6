"""A terminal's folder: who it is, its keys, the pinned root, its journal and its machine."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.clock import Clock
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.trust_list import Environment

from store_terminal_sim.core.terminal import Terminal, TerminalIdentity
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.journal import FileJournal, Journal


@dataclass(frozen=True)
class Enrolment:
    """What the chain decides when it enrols a terminal."""

    terminal: str
    site: str
    gateway: str
    """The gateway's name."""
    addresses: Sequence[str]
    """Base URLs of its replicas."""
    environment: Environment
    trust_root: ec.EllipticCurvePublicKey
    valid_from: datetime
    valid_until: datetime


def enrol_terminal(folder: Path, enrolment: Enrolment) -> list[TrustedKey]:
    """Make a terminal's folder and keys; return the entries for the trust list."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "terminal": enrolment.terminal,
        "site": enrolment.site,
        "gateway": enrolment.gateway,
        "addresses": list(enrolment.addresses),
        "environment": enrolment.environment,
    }
    (folder / "terminal.json").write_text(json.dumps(facts, indent=1))
    root = enrolment.trust_root.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "trust-root.pem").write_bytes(root)
    purposes = {
        "token.pem": KeyPurpose.TERMINAL_TOKEN,
        "statement.pem": KeyPurpose.TERMINAL_STATEMENT,
    }
    return [_new_key(folder / name, purpose, enrolment) for name, purpose in purposes.items()]


def _new_key(path: Path, purpose: KeyPurpose, enrolment: Enrolment) -> TrustedKey:
    key = SigningKey.generate()
    key.save(path)
    return TrustedKey(
        kid=key.kid,
        purpose=purpose,
        owner=enrolment.terminal,
        public_key=key.public,
        not_before=enrolment.valid_from,
        not_after=enrolment.valid_until,
    )


def load_identity(folder: Path, addresses: Sequence[str] = ()) -> TerminalIdentity:
    """Read who a terminal is; `addresses`, if given, take the place of the enrolled ones.

    Raises:
        OSError, ValueError: not a terminal's folder.

    """
    facts = json.loads((folder / "terminal.json").read_bytes())
    root = serialization.load_pem_public_key((folder / "trust-root.pem").read_bytes())
    if not isinstance(root, ec.EllipticCurvePublicKey):
        raise ValueError("The pinned trust root is not an elliptic-curve key.")
    return TerminalIdentity(
        terminal=facts["terminal"],
        gateway=facts["gateway"],
        addresses=tuple(addresses or facts["addresses"]),
        environment=facts["environment"],
        token_key=SigningKey.load(folder / "token.pem"),
        statement_key=SigningKey.load(folder / "statement.pem"),
        trust_root=root,
    )


@dataclass(frozen=True)
class StartedTerminal:
    """A terminal with its journal and its machine, as after switching it on."""

    terminal: Terminal
    journal: Journal
    machine: Machine


def start_terminal(folder: Path, clock: Clock, addresses: Sequence[str] = ()) -> StartedTerminal:
    """Switch a terminal on.

    Raises:
        OSError, ValueError: not a terminal's folder.
        JournalDamaged: the journal cannot be trusted.

    """
    identity = load_identity(folder, addresses)
    journal = FileJournal(folder / "journal.jsonl")
    terminal = Terminal.started(identity, clock, journal.entries)
    journal.entries.clear()  # they are many, and the terminal knows what they amount to
    return StartedTerminal(terminal, journal, Machine(folder, clock=terminal.clock))
