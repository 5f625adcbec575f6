"""Verification as an auditor asks for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from audit.verifying.verdict import Verdict
from audit.verifying.verify import verify
from audit_testing.harming import Verified
from audit_testing.parties import NOW, Parties
from audit_testing.stamping import heads
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord


@pytest.fixture
def verified(archive: Connection, parties: Parties, stamps: list[StampRecord]) -> Verified:
    """Give a function that verifies, with what two witnesses say today of the last stamp."""
    seen = heads(parties, stamps[-1], NOW)

    async def run(heads: Sequence[str] = seen, now: datetime = NOW, **more: Any) -> Verdict:
        return await verify(archive, parties.rules, now, heads=heads, **more)

    return run
