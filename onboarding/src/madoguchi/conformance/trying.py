"""Tries requirement after requirement on one adapter."""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import aiohttp

from madoguchi.conformance.asking import LONGEST_S, Asking
from madoguchi.conformance.centre.centre import Centre
from madoguchi.conformance.checks import CHECKS
from madoguchi.conformance.sitting import Sitting
from madoguchi.conformance.verdicts import Failed, NotTried, Report, Result, Verdict


async def tried(
    address: str,
    centre: Centre,
    only: Collection[str] = (),
    on_result: Callable[[Result], None] = lambda _: None,
) -> Report:
    """Return what became of all requirements, or of those that are named.

    Args:
        address: the adapter's base address, checked.
        centre: whose keys, cards and people the adapter holds.
        only: ids of requirements; empty means all.
        on_result: hears of each as it is known.

    Raises:
        ValueError: nobody answers there.

    """
    began, started_at = time.monotonic(), datetime.now(UTC)
    timeout = aiohttp.ClientTimeout(total=LONGEST_S)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        subject = centre.subject
        asking = Asking(http, address, subject.municipality, centre.keys["gateway"])
        await _check_reachable(asking)
        sitting = Sitting(centre, asking)
        results: list[Result] = []
        for id_ in CHECKS:
            if only and id_ not in only:
                continue
            results.append(await _result(id_, sitting))
            on_result(results[-1])
    return Report(
        address=address,
        municipality=subject.municipality,
        build=subject.build,
        made_at=started_at.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 3),
        results=results,
    )


async def _check_reachable(asking: Asking) -> None:
    try:
        await asking.get(f"/v1/municipalities/{asking.municipality}/beacon")
    except Failed as failed:
        raise ValueError(f"{asking.address}: {failed}: is the adapter running?") from None


async def _result(id_: str, sitting: Sitting) -> Result:
    try:
        await CHECKS[id_](sitting)
    except Failed as failed:
        return Result(id_, Verdict.FAILED, expected=failed.expected, seen=failed.seen)
    except NotTried as not_tried:
        return Result(id_, Verdict.NOT_TRIED, why=str(not_tried))
    return Result(id_, Verdict.PASSED)
