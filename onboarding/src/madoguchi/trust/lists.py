"""Trust lists as a root makes them: signed, numbered, renewed, put in place in one step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from madoguchi_wire.keys import KeyPurpose, SigningKey, TrustedKey
from madoguchi_wire.trust_list import AllowedBuild, Environment, TrustList, signed_trust_list

LASTS = timedelta(days=30)
NOT_LISTED = frozenset(
    {KeyPurpose.TRUST_ROOT, KeyPurpose.TERMINAL_TOKEN, KeyPurpose.TERMINAL_STATEMENT}
)
"""The root is pinned, and terminals are enrolled."""


def make_root(key: Path, public: Path) -> SigningKey:
    """Make a root: its private key, which belongs in a safe, and the public one that all pin.

    Raises:
        ValueError: there is a key already.

    """
    if key.exists() or public.exists():
        raise ValueError(f"{key} or {public} is there already: a root is not made twice")
    root = SigningKey.generate()
    for path in (key, public):
        path.parent.mkdir(parents=True, exist_ok=True)
    root.save(key)
    public.write_bytes(
        root.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return root


def new_list(
    environment: Environment,
    keys: Sequence[TrustedKey],
    builds: Sequence[AllowedBuild],
    since: datetime,
    until: datetime,
    version: int = 1,
) -> TrustList:
    """Return a list, before its root signs it.

    Raises:
        ValueError: a key that no list names, or one that is named twice.

    """
    for key in keys:
        if key.purpose in NOT_LISTED:
            raise ValueError(f"{key.kid} ({key.purpose}): no trust list names keys of this purpose")
    kids = [key.kid for key in keys]
    twice = sorted({kid for kid in kids if kids.count(kid) > 1})
    if twice:
        raise ValueError(f"named twice, and a key has one purpose and owner: {', '.join(twice)}")
    return TrustList(
        version=version,
        environment=environment,
        issued_at=since,
        expires_at=until,
        keys=tuple(keys),
        builds=tuple(builds),
    )


def read_list(path: Path, root: SigningKey) -> TrustList:
    """Return the list that a root signed, whenever that was.

    Raises:
        OSError, SignatureRefused: there is none, or another root signed it.

    """
    return signed_trust_list(path.read_text("ascii").strip(), root.private.public_key())


def renewed(trust: TrustList, now: datetime, until: datetime) -> TrustList:
    """Return the next version of a list, of the same keys and builds."""
    changes = {"version": trust.version + 1, "issued_at": now, "expires_at": until}
    return trust.model_copy(update=changes)


def put_in_place(path: Path, text: str) -> None:
    """Write a file in one step: a process that reads half of it would complain."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)
