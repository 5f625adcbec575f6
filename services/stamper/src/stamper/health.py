"""What has to hold for the stamper to be ready, said in words when it does not."""

from collections.abc import Awaitable, Callable

from madoguchi_wire.kit.health import Check, Health
from madoguchi_wire.kit.pool import Pool

from stamper.evidence import StampEvidence
from stamper.key import StampingKey
from stamper.loop import Stamper
from stamper.metrics import Metrics
from stamper.outbox import COUNTED_AT_MOST, measured_lag

MAXIMUM_LAG_ROWS = 20_000
MAXIMUM_LAG_SECONDS = 60
MAXIMUM_INCOMPLETE_SECONDS = 600
"""Witnesses are other organisations' systems: they may be away for a while."""


def add_checks(
    health: Health,
    key: StampingKey,
    stamper: Stamper,
    pool: Pool,
    evidence: StampEvidence,
    metrics: Metrics,
) -> None:
    """Add every check; what waits is measured by them."""

    async def stamps() -> str | None:
        return stamper.fault

    async def waiting() -> str | None:
        lag = await measured_lag(pool)
        metrics.unstamped.set(lag.rows)
        metrics.unstamped_age.set(lag.seconds)
        if lag.rows <= MAXIMUM_LAG_ROWS and lag.seconds <= MAXIMUM_LAG_SECONDS:
            return None
        at_least = "at least " if lag.rows == COUNTED_AT_MOST else ""
        return (
            f"{at_least}{lag.rows} events wait to be stamped, the first for {lag.seconds:.0f} s:"
            " is a stamper at work?"
        )

    async def witnesses() -> str | None:
        left = await evidence.incomplete()
        metrics.incomplete.set(left.stamps)
        metrics.incomplete_age.set(left.seconds)
        others = [one.fault for one in stamper.followers if one.is_in_conflict and one.fault]
        if others:
            return f"stamp-conflict, look at once: {'; '.join(others)}"
        if left.seconds <= MAXIMUM_INCOMPLETE_SECONDS:
            return None
        why = "; ".join(one.fault for one in stamper.followers if one.fault) or "nobody says why"
        return f"{left.stamps} stamps wait for others' words for {left.seconds:.0f} s: {why}"

    async def trusted() -> str | None:
        return key.fault()

    health.add("key", trusted)
    health.add("stamper", stamps)
    health.add("outbox", _answered(waiting))
    health.add("witnesses", _answered(witnesses))


def _answered(check: Callable[[], Awaitable[str | None]]) -> Check:
    async def answered() -> str | None:
        try:
            return await check()
        except Exception as error:
            # asyncpg fails in many ways when a server goes away, and all mean the same here.
            return f"the database does not answer ({type(error).__name__}): is it running?"

    return answered
