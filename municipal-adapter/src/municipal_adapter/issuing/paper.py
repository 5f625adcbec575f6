"""What a paper says and whom it is of, as a digest: so that a repeat knows if that still holds."""

import hashlib
import json
from dataclasses import asdict

from municipal_adapter.certificates.documents import Wanted
from municipal_adapter.records.plain import plain


def paper_digest(wanted: Wanted) -> str:
    """Return the SHA-256, in hex, of all that is printed, of the persons on it and of their seal.

    The seal's whole record: a new registration is another seal, whatever its picture shows. The
    certificate's random number is in it, so that nobody can guess persons from the digest.
    """
    seal = None if wanted.seal is None else asdict(wanted.seal)
    said = {"content": asdict(wanted.content), "chosen": wanted.chosen, "seal": seal}
    return hashlib.sha256(json.dumps(said, default=plain).encode()).hexdigest()
