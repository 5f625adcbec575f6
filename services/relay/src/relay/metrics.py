"""/metrics, in the form that Prometheus reads."""

import math

import asyncpg
from fastapi import APIRouter, Response
from madoguchi_wire.errors import (
    BodyTooLarge,
    HeadersTooLarge,
    MadoguchiError,
    RequestRefused,
    RequestTimeout,
)
from madoguchi_wire.kit.problems import problem_responses
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from relay.loop import Relay
from relay.outbox import Lag, measured_lag


class Metrics:
    """What one relay tells of itself; nothing before `watch`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._rows = self._gauge("lag_rows", "Events that wait to be published, up to 100,000.")
        self._seconds = self._gauge("lag_seconds", "Age of the first event that waits.")
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    def watch(self, relay: Relay, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Tell of this relay, and of the outbox that `pool` reads."""
        self._pool = pool
        self._gauge("buckets", "Buckets of events that it holds, of 16.").set_function(
            lambda: relay.buckets
        )
        self._registry.register(_Carried(relay))

    def routes(self) -> APIRouter:
        """Return /metrics."""
        router = APIRouter(tags=["metrics"])

        async def metrics() -> Response:
            lag = await self._lag()
            self._rows.set(lag.rows if lag else math.nan)
            self._seconds.set(lag.seconds if lag else math.nan)
            return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

        refused = problem_responses(
            RequestRefused, RequestTimeout, BodyTooLarge, HeadersTooLarge, MadoguchiError
        )
        told = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
        router.add_api_route(
            "/metrics",
            metrics,
            responses={**told, **refused},
            response_class=Response,
            summary="How far behind it is, and what it has carried",
        )
        return router

    async def _lag(self) -> Lag | None:
        if self._pool is None:
            return None
        try:
            async with self._pool.acquire(timeout=2) as connection:
                return await measured_lag(connection)
        except Exception:
            # Readiness says what is wrong with the database; here it is simply not known.
            return None

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(f"madoguchi_relay_{name}", words, registry=self._registry)


class _Carried(Collector):
    """Counters that the relay keeps itself, read when somebody asks."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def collect(self) -> list[CounterMetricFamily]:
        """Return the counters."""
        counters = {
            "published_events": ("Events that were published.", self._relay.published),
            "set_aside_events": ("Events that became dead letters.", self._relay.set_aside),
            "published_stamps": ("Stamps that were published.", self._relay.stamps),
        }
        return [
            CounterMetricFamily(f"madoguchi_relay_{name}", words, value=value)
            for name, (words, value) in counters.items()
        ]
