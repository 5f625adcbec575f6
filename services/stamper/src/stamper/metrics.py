"""What the stamper counts, for Prometheus."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


@dataclass
class Asked:
    """One question to a party."""

    well: bool = False

    def went_well(self) -> None:
        """Say that its word holds and is kept."""
        self.well = True


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.at_work = Gauge("stamper_at_work", "1: this one is elected", registry=own)
        self.stamps = Counter("stamper_stamps", "Stamps made", registry=own)
        self.events = Counter("stamper_events", "Events stamped", registry=own)
        self.batch = Histogram("stamper_batch_seconds", "To stamp one batch", registry=own)
        self.unstamped = Gauge("stamper_unstamped_events", "Events that wait", registry=own)
        self.unstamped_age = Gauge("stamper_unstamped_seconds", "Age of the oldest", registry=own)
        self.incomplete = Gauge("stamper_incomplete_stamps", "Stamps that wait", registry=own)
        self.incomplete_age = Gauge("stamper_incomplete_seconds", "Age of the oldest", registry=own)
        party = ["party"]
        self.signed = Counter("stamper_signed", "Words kept", party, registry=own)
        self.failed = Counter("stamper_not_signed", "Words not given", party, registry=own)
        self.conflicts = Counter(
            "stamper_conflicts", "Refusals because the chain is another", party, registry=own
        )
        self.asking = Histogram("stamper_asking_seconds", "For a word", party, registry=own)

    @contextmanager
    def asked(self, party: str) -> Generator[Asked]:
        """Count one question to a party."""
        began, asked = time.monotonic(), Asked()
        try:
            yield asked
        finally:
            (self.signed if asked.well else self.failed).labels(party).inc()
            self.asking.labels(party).observe(time.monotonic() - began)

    def text(self) -> bytes:
        """Return everything in Prometheus' format."""
        return generate_latest(self.registry)
