"""Making the keys of a municipality that joins."""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from madoguchi_wire.keys import SigningKey, jwk_of

from municipal_adapter.evidence.sealing import make_evidence_keys

SECRETS = ("beacon.secret", "handles.secret", "registrations.secret")
_FILES = ("attestation.pem", *SECRETS, "evidence.public.pem", "evidence.private.pem")
_SECRET_BYTES = 32
_OWNER_ONLY = 0o700


def add_parser(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add("keys", help="make the keys of a municipality that joins")
    parser.add_argument("folder", type=Path, help="where to: no key in it is overwritten")


def run(asked: argparse.Namespace) -> None:
    """Make the keys, and print what the centre needs.

    Raises:
        ValueError: one of them is there already; nothing is made.

    """
    folder: Path = asked.folder
    key = make_keys(folder)
    sys.stdout.write(
        f"made in {folder}; back them up, and give them to all replicas of the adapter.\n"
        f"For the centre's trust list (purpose attestation, owner: the municipality's code):\n"
        f"  kid: {key.kid}\n"
        f"  public_key: {key.public}\n"
        "For the municipality's file at the centre (a key of purpose attestation):\n"
        f"  jwk: {json.dumps(jwk_of(key.private.public_key()))}\n"
        f"Take {folder / 'evidence.private.pem'} away to whoever looks into quarantines:\n"
        "neither the adapter nor the centre may have it.\n"
    )


def make_keys(folder: Path) -> SigningKey:
    """Write all files that `keys` in the adapter file names; return the key that attests.

    Raises:
        ValueError: one of them is there already; nothing is made.

    """
    there = [name for name in _FILES if os.path.lexists(folder / name)]
    if there:
        raise ValueError(
            f"{folder}: {', '.join(there)}: is there already, and a lost key cannot be made again"
        )
    folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    for name in SECRETS:
        _write_secret(folder / name)
    make_evidence_keys(folder)
    key = SigningKey.generate()
    key.save(folder / "attestation.pem")
    return key


def _write_secret(path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
