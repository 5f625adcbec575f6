"""A package of the whole history."""

from pathlib import Path

import pytest
from audit_testing.packages import packed
from audit_testing.parties import Parties
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamps import StampRecord


@pytest.fixture
async def package(
    archive: Connection, parties: Parties, stamps: list[StampRecord], tmp_path: Path
) -> Path:
    return await packed(archive, parties, stamps, tmp_path)
