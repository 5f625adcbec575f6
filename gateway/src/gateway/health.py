"""What has to hold before this replica takes requests, each said in words when it does not."""

from collections.abc import Awaitable, Callable

from madoguchi_wire.clock import japan_day
from madoguchi_wire.kit.database_time import clock_drift

from gateway.database.partitions import missing_partitions
from gateway.parts import Gateway

MAXIMUM_DRIFT_S = 2.0
CONFIGURATION_MAXIMUM_AGE_S = 15.0


def add_checks(gateway: Gateway) -> None:
    """Add every check of the gateway to its health."""

    async def trust_list() -> str | None:
        return gateway.trust.fault()

    async def revocation() -> str | None:
        return gateway.revocation.fault()

    async def configuration() -> str | None:
        return _configuration(gateway)

    async def municipalities() -> str | None:
        return _unreadable(gateway)

    async def stops() -> str | None:
        return gateway.stops.words()

    gateway.health.add("database", _asking(gateway, _clock))
    gateway.health.add("partitions", _asking(gateway, _partitions))
    gateway.health.add("trust list", trust_list)
    gateway.health.add("revocation lists", revocation)
    gateway.health.add("configuration", configuration)
    gateway.health.notice("municipalities", municipalities)
    gateway.health.notice("stops", stops)
    # No paper waits for a pseudonym, so no request does.
    gateway.health.notice("pseudonym keys", _asking(gateway, _pseudonym_keys))
    # Whoever ordered before has to be served to the end, however far the trail is behind.
    gateway.health.notice("audit trail", gateway.backlogs.words)


def _asking(
    gateway: Gateway, check: Callable[[Gateway], Awaitable[str | None]]
) -> Callable[[], Awaitable[str | None]]:
    async def asked() -> str | None:
        try:
            return await check(gateway)
        except Exception as error:
            # asyncpg fails in many ways when a server goes away, and all mean the same here.
            return f"the database does not answer ({type(error).__name__}): is it running?"

    return asked


async def _clock(gateway: Gateway) -> str | None:
    async with gateway.pool.acquire(timeout=2) as connection:
        drift = await clock_drift(connection, gateway.clock)
    if abs(drift) > MAXIMUM_DRIFT_S:
        return f"this clock is {drift:+.1f} s off the database's: set both by the same source"
    return None


async def _partitions(gateway: Gateway) -> str | None:
    async with gateway.pool.acquire(timeout=2) as connection:
        missing = await missing_partitions(connection, japan_day(gateway.clock.now()))
    if missing:
        return f"{missing} tables lack this month's partition: call ensure_month_partitions"
    return None


async def _pseudonym_keys(gateway: Gateway) -> str | None:
    return await gateway.cardholder_keys.words()


def _configuration(gateway: Gateway) -> str | None:
    if not gateway.municipalities.all():
        return "no municipality takes part: see `madoguchi onboard --help`"
    if gateway.configuration.age_s > CONFIGURATION_MAXIMUM_AGE_S:
        return f"the configuration was last read {gateway.configuration.age_s:.0f} s ago"
    return None


def _unreadable(gateway: Gateway) -> str | None:
    behind = [
        f"{code} (version {version})" for code, version in gateway.municipalities.unreadable.items()
    ]
    if behind:
        # No reason to take no requests: every replica would say so, for one municipality's file.
        return f"this build cannot read {', '.join(behind)}: older versions stay in force"
    return None
