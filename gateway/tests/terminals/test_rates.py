"""A terminal, a site and a chain each have their share of a minute, and no more."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

from gateway.terminals.rates import Limits, RequestRates
from gateway.terminals.terminal import SiteType, Terminal, TerminalState
from gateway_testing.world import OTHER_STORE, STORE, World
from madoguchi_wire.errors import TooManyRequests

NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)


def terminal(chain: int, site: int, number: int) -> Terminal:
    return Terminal(
        f"t-{chain}-{site}-{number}",
        f"s-{chain}-{site}",
        f"c-{chain}",
        "122033",
        SiteType.STORE,
        TerminalState.ENROLLED,
    )


def test_each_share_ends_by_itself_and_begins_anew_with_the_minute() -> None:
    rates = RequestRates(Limits(terminal=3, site=5, chain=7))

    def taken(one: Terminal, now: datetime = NOW) -> int:
        """Ask until it is too much."""
        for number in range(10):
            try:
                rates.count(one, now)
            except TooManyRequests:
                return number
        raise AssertionError("no limit held")

    assert taken(terminal(1, 1, 1)) == 3
    assert taken(terminal(1, 1, 1)) == 0
    assert taken(terminal(1, 1, 2)) == 2, "the site's"
    assert taken(terminal(1, 2, 1)) == 2, "the chain's"
    assert taken(terminal(2, 1, 1)) == 3, "another chain has its own"
    assert taken(terminal(1, 1, 1), NOW + timedelta(minutes=1)) == 3


async def test_a_terminal_that_runs_wild_is_refused_and_others_are_served(
    new_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with new_world(terminal_requests_a_minute=3) as world:
        wild = world.terminal(STORE)
        # A minute may end in between, but not twice.
        seen = [await wild.call("GET", "/v1/municipalities") for _ in range(7)]
        refused = [one for one in seen if one.status == 429]
        assert {one.status for one in seen} == {200, 429}
        assert {(one.slug, one.json["retryable"]) for one in refused} == {
            ("too-many-requests", True)
        }
        assert (await world.terminal(OTHER_STORE).call("GET", "/v1/municipalities")).status == 200
