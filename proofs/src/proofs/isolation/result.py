"""What the pairs of runs say together."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict

from proofs.isolation.arrivals import OTHER
from proofs.isolation.offering import Served

MOST_RATIO, MOST_DIFFERENCE_MS = 1.2, 5.0


class Run(BaseModel):
    """One run, of the municipality that is well."""

    model_config = ConfigDict(frozen=True)

    p50_ms: float
    p99_ms: float
    served: int
    not_printed: int


class Pair(BaseModel):
    """The same arrivals without and with two municipalities that are ill."""

    model_config = ConfigDict(frozen=True)

    p99_ms_without: float
    p99_ms_with: float
    ratio: float
    without: Run
    with_: Run
    ill: dict[str, dict[str, int]]
    """How those at the ill ones ended, by municipality."""


class Report(BaseModel):
    """Everything together."""

    model_config = ConfigDict(frozen=True)

    seed: int
    seconds: float
    """Of each run."""
    capacity_per_second: float
    rate_per_second: float
    pairs: tuple[Pair, ...]
    median_ratio: float
    median_difference_ms: float
    holds: bool


def run_of(served: Sequence[Served]) -> Run:
    """Return the times of the municipality that is well."""
    others = [one for one in served if one.municipality == OTHER]
    times = sorted(one.ms for one in others)
    return Run(
        p50_ms=round(percentile(times, 50), 1),
        p99_ms=round(percentile(times, 99), 1),
        served=len(others),
        not_printed=sum(one.end != "printed" for one in others),
    )


def pair_of(without: Sequence[Served], with_: Sequence[Served]) -> Pair:
    """Compare two runs."""
    well, ill = run_of(without), run_of(with_)
    ends: dict[str, Counter[str]] = {}
    for one in with_:
        if one.municipality != OTHER:
            ends.setdefault(one.municipality, Counter())[one.end] += 1
    return Pair(
        p99_ms_without=well.p99_ms,
        p99_ms_with=ill.p99_ms,
        ratio=round(ill.p99_ms / well.p99_ms, 3),
        without=well,
        with_=ill,
        ill={code: dict(counted) for code, counted in ends.items()},
    )


def report_of(seed: int, seconds: float, capacity: float, pairs: Sequence[Pair]) -> Report:
    """Put all pairs together: the medians decide, and everybody at the others gets a paper."""
    ratio = median(pair.ratio for pair in pairs)
    difference = median(pair.p99_ms_with - pair.p99_ms_without for pair in pairs)
    all_printed = not any(pair.without.not_printed or pair.with_.not_printed for pair in pairs)
    return Report(
        seed=seed,
        seconds=seconds,
        capacity_per_second=round(capacity, 2),
        rate_per_second=round(capacity / 2, 2),
        pairs=tuple(pairs),
        median_ratio=ratio,
        median_difference_ms=round(difference, 1),
        holds=all_printed and (ratio <= MOST_RATIO or difference <= MOST_DIFFERENCE_MS),
    )


def percentile(times: Sequence[float], percent: int) -> float:
    """Return the nearest rank of sorted times."""
    return times[max(0, math.ceil(len(times) * percent / 100) - 1)]
