"""Fixtures that every member's tests share, and which worker runs what, and when."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs]
from xdist.scheduler import (  # pyright: ignore[reportMissingTypeStubs]
    LoadFileScheduling,
)

import gateway
import loadtests
import proofs

pytest_plugins = ["local_stack.testing"]

# How fast examples are made tells how busy the machine is, and nothing about them.
settings.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

INSTALLED = (gateway, loadtests, proofs)
"""Imported here first, or pytest would give their names to the folders that hold their tests."""
TOGETHER = {
    "deploy/local/tests/test_audit_topics.py": "Kafka",
    "services/audit/tests/consuming/test_kafka.py": "Kafka",
    "services/audit/tests/consuming/test_partitions.py": "Kafka",
    "services/relay/tests/test_kafka_channel.py": "Kafka",
    "services/relay/tests/test_kafka_sink.py": "Kafka",
    "services/relay/tests/test_many_relays.py": "Kafka",
    "tests/system/test_contract.py": "Kafka",
    "tests/system/test_lying_gateway.py": "the system that prints its spans",
    "tests/system/test_one_trace.py": "the system that prints its spans",
    "tests/hostile/": "the system of hostile callers",
    "services/checker/tests/": "the history that is spoiled",
    "deploy/local/tests/tripwire/": "the system in which something is planted",
}
"""What takes long to make, and whose tests share it: one worker makes it once."""
LONGEST = (
    "tests/system/test_contract.py",
    "services/audit/tests/consuming/test_kafka.py",
    "services/relay/tests/",
    "proofs/tests/soak/test_soak.py",
    "tests/system/test_demo.py",
    "tests/system/",
    "tests/hostile/",
    "services/checker/tests/",
    "proofs/",
)
"""What takes longest, in this order."""


class SharingScheduler(LoadFileScheduling):
    """Gives a file to one worker, and to the same one what shares more than a file."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (what for place, what in TOGETHER.items() if nodeid.startswith(place))
        return next(shared, super()._split_scope(nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Seek no garbage among modules and tests: they stay till the end, and are half a million."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharingScheduler | None:
    """Let `make test` share; None leaves other runs as they are."""
    return SharingScheduler(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files come first, or one worker would be left with one at the end."""
    items.sort(key=lambda item: _turn(item.location[0]))


def _turn(file: str) -> int:
    turns = (turn for turn, place in enumerate(LONGEST) if file.startswith(place))
    return next(turns, len(LONGEST))
