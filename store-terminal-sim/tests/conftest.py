from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from store_terminal_sim.testing.network import Network, open_network
from store_terminal_sim.testing.world import START


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    async with open_network(tmp_path / "terminal") as opened:
        yield opened


@pytest.fixture
def simulated_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shift this process's settings, and its children's, to the time of the small world."""
    offset = (START - datetime.now(UTC)).total_seconds()
    monkeypatch.setenv("MADOGUCHI_ENVIRONMENT", "development")
    monkeypatch.setenv("MADOGUCHI_CLOCK_OFFSET_SECONDS", str(offset))
