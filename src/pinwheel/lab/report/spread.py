"""One or many runs with different seeds as one: by day the median, where most of them lie, and the worst."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pinwheel.lab.figures import Figures, Flow

MOST_POINTS = 400  # of a line: more of them cannot be told apart
FIVE, HALF, NINETY_FIVE = 5, 50, 95


class Spread(NamedTuple):
    """A figure of many runs: 5 % of them have less than `low`, 5 % more than `high`."""

    low: int
    middle: int
    high: int


class Band(NamedTuple):
    """A figure by day, of many runs; with one run all three are the same."""

    low: list[int]
    middle: list[int]
    high: list[int]


def chosen_days(days: int) -> list[int]:
    """The days that are drawn (from 0): all, or evenly chosen ones, the last among them."""
    if days <= MOST_POINTS:
        return list(range(days))
    return [(place + 1) * days // MOST_POINTS - 1 for place in range(MOST_POINTS)]


def band(runs: Sequence[Figures], series: Callable[[Figures], Sequence[int]], days: Sequence[int]) -> Band:
    """A series of every run on the days chosen."""
    values = np.array([np.asarray(series(run), dtype=np.int64)[list(days)] for run in runs])
    return Band(*(percentile(values, part).tolist() for part in (FIVE, HALF, NINETY_FIVE)))


def spread(values: Sequence[int]) -> Spread:
    """Where the values of many runs lie."""
    table = np.array(values, dtype=np.int64)
    return Spread(*(int(percentile(table, part)) for part in (FIVE, HALF, NINETY_FIVE)))


def percentile(values: NDArray[np.int64], part: int) -> NDArray[np.int64]:
    """A value that is there, not one between two of them."""
    return np.asarray(np.percentile(values, part, axis=0, method="nearest"), dtype=np.int64)


def worst_of(runs: Sequence[Figures]) -> Figures:
    """The run whose margin fell lowest."""
    return min(runs, key=lambda run: run.lowest)


def median_run(runs: Sequence[Figures]) -> Figures:
    """The run in the middle by what is left at the end."""
    return sorted(runs, key=lambda run: (run.margin[-1], run.seed))[(len(runs) - 1) // 2]


def mean(values: Sequence[int]) -> int:
    """The mean, towards the lower integer."""
    return sum(values) // len(values)


def mean_flows(runs: Sequence[Figures]) -> list[Flow]:
    """What moved in a run on the average, in the order in which the reasons first occur."""
    sums: dict[tuple[str, str, str, str], int] = {}
    for run in runs:
        for flow in run.flows:
            key = tuple(flow[:4])
            sums[key] = sums.get(key, 0) + flow[4]  # type: ignore[index, arg-type]
    return [Flow(*key, total // len(runs)) for key, total in sums.items()]
