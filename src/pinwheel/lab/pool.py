"""The monthly pool in the lab: points that members moved in, and a month's profit shared by them.

Beside the loops: made-up members do not move points, only those of scenarios do.
"""

from typing import NamedTuple

import numpy as np

from pinwheel.lab.world import Table, World
from pinwheel.rules.assets import CASH, DIVIDEND_POINTS
from pinwheel.rules.dividends import dividend
from pinwheel.rules.reasons import MONTHLY_DIVIDEND, MONTHLY_DIVIDEND_FUNDED, POOL_IN, POOL_OUT


class MonthlyPool(NamedTuple):
    """A plan's pool."""

    points: Table  # (members,) hundredths that each has moved in
    left: Table  # (1,) fen of earlier profits that rounding left over


def make_pool(members: int) -> MonthlyPool:
    """An empty pool."""
    return MonthlyPool(np.zeros(members, dtype=np.int64), np.zeros(1, dtype=np.int64))


def move_points(pool: MonthlyPool, member: int, points: int, day: int, world: World) -> None:
    """Move a member's points (hundredths) in, or out where they are negative."""
    world.members[member, DIVIDEND_POINTS] -= points
    pool.points[member] += points
    world.moved[day, POOL_IN if points > 0 else POOL_OUT, DIVIDEND_POINTS] += abs(points)


def share_profit(pool: MonthlyPool, profit: int, day: int, world: World) -> None:
    """Share a month's profit (fen) and what was left over before by the points in the pool."""
    moved = world.moved[day]
    moved[MONTHLY_DIVIDEND_FUNDED, CASH] += profit
    to_share, total = int(pool.left[0]) + profit, int(pool.points.sum())
    pool.left[0] = to_share
    for member in np.flatnonzero(pool.points):
        amount = dividend(to_share, int(pool.points[member]), total)
        world.members[member, CASH] += amount
        pool.left[0] -= amount
        moved[MONTHLY_DIVIDEND, CASH] += amount
