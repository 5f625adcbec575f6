"""A terminal's folder: who it is, its keys, the pinned root, its journal and its machine."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from madoguchi_wire.clock import Clock
from madoguchi_wire.enrolment import LONGEST, Enrolment, Placed
from madoguchi_wire.keys import SigningKey
from madoguchi_wire.trust_list import Environment

from store_terminal_sim.core.terminal import Terminal, TerminalIdentity
from store_terminal_sim.driver.machine import Machine
from store_terminal_sim.journal import FileJournal, Journal

STATEMENT_KEY, TOKEN_KEY, ENROLMENT = "statement.pem", "token.pem", "enrolment.jws"


@dataclass(frozen=True)
class Delivered:
    """What a terminal is delivered with: its name, where its gateway is, and the pinned root."""

    placed: Placed
    gateway: str
    """The gateway's name."""
    addresses: Sequence[str]
    """Base URLs of its replicas."""
    environment: Environment
    trust_root: ec.EllipticCurvePublicKey


def deliver_terminal(folder: Path, delivered: Delivered) -> None:
    """Make the folder of a terminal that has no keys yet."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "terminal": delivered.placed.terminal,
        "site": delivered.placed.site,
        "gateway": delivered.gateway,
        "addresses": list(delivered.addresses),
        "environment": delivered.environment,
    }
    (folder / "terminal.json").write_text(json.dumps(facts, indent=1))
    root = delivered.trust_root.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "trust-root.pem").write_bytes(root)


def enrol_delivered(
    folder: Path, delivered: Delivered, registrar: SigningKey, since: datetime, until: datetime
) -> Enrolment:
    """Make a terminal's folder and keys, and enrol it at once, as development does by the dozen."""
    deliver_terminal(folder, delivered)
    statement_key, token_key = SigningKey.generate(), SigningKey.generate()
    statement_key.save(folder / STATEMENT_KEY)
    token_key.save(folder / TOKEN_KEY)
    enrolment = Enrolment.of(
        delivered.placed, statement_key.public, token_key.public, since, min(until, since + LONGEST)
    )
    (folder / ENROLMENT).write_text(enrolment.signed_by(registrar))
    return enrolment


def load_identity(folder: Path, addresses: Sequence[str] = ()) -> TerminalIdentity:
    """Read who a terminal is; `addresses`, if given, take the place of the enrolled ones.

    Raises:
        OSError, ValueError: not a terminal's folder.

    """
    finish_enrolment(folder)
    facts = json.loads((folder / "terminal.json").read_bytes())
    return TerminalIdentity(
        terminal=facts["terminal"],
        gateway=facts["gateway"],
        addresses=tuple(addresses or facts["addresses"]),
        environment=facts["environment"],
        token_key=SigningKey.load(folder / TOKEN_KEY),
        statement_key=SigningKey.load(folder / STATEMENT_KEY),
        enrolment=(folder / ENROLMENT).read_text("ascii").strip(),
        trust_root=pinned_root(folder),
    )


def pinned_root(folder: Path) -> ec.EllipticCurvePublicKey:
    """Return the root that the terminal was delivered with.

    Raises:
        OSError, ValueError: not a terminal's folder.

    """
    root = serialization.load_pem_public_key((folder / "trust-root.pem").read_bytes())
    if not isinstance(root, ec.EllipticCurvePublicKey):
        raise ValueError("The pinned trust root is not an elliptic-curve key.")
    return root


def pending_folder(folder: Path) -> Path:
    """Return where new keys lie until they are enrolled."""
    return folder / "pending"


def finish_enrolment(folder: Path) -> None:
    """Take new keys into use if they are enrolled; again, if the power went on the way."""
    pending = pending_folder(folder)
    if not (pending / ENROLMENT).exists():
        return
    for name in (STATEMENT_KEY, TOKEN_KEY, ENROLMENT):
        new = folder / f"{name}.new"
        new.touch(mode=0o600)
        shutil.copyfile(pending / name, new)
        new.replace(folder / name)
    shutil.rmtree(pending)


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
