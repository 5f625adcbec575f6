"""What a paper says and whom it is of, as a digest: so that a repeat knows if that still holds."""

import hashlib
import json
from dataclasses import asdict
from datetime import date

from municipal_adapter.certificates.documents import Wanted


def paper_digest(wanted: Wanted) -> str:
    """Return the SHA-256, in hex, of all that is printed, of the persons on it and of their seal.

    The seal's whole record: a new registration is another seal, whatever its picture shows. The
    certificate's random number is in it, so that nobody can guess persons from the digest.
    """
    seal = None if wanted.seal is None else asdict(wanted.seal)
    said = {"content": asdict(wanted.content), "chosen": wanted.chosen, "seal": seal}
    return hashlib.sha256(json.dumps(said, default=_plain).encode()).hexdigest()


def _plain(value: object) -> str:
    match value:
        case bytes():
            return value.hex()
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is not printed")
