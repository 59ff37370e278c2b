"""The monthly pool in the lab: points that members moved in, and a month's profit shared by them.

Beside the loops, as it happens once a month. A month has thirty days here.
"""

from typing import NamedTuple

import numpy as np

from pinwheel.lab.world import THERE, Table, World
from pinwheel.plan.promises import MonthlyDividend
from pinwheel.rules.assets import CASH, DIVIDEND_POINTS
from pinwheel.rules.dividends import dividend
from pinwheel.rules.money import MILLION
from pinwheel.rules.reasons import MONTHLY_DIVIDEND, MONTHLY_DIVIDEND_FUNDED, POOL_IN, POOL_OUT

DAYS_A_MONTH = 30


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


def end_pool_day(
    pool: MonthlyPool,
    monthly: MonthlyDividend,
    day: int,
    moves_points: int,
    world: World,
    generator: np.random.Generator,
) -> None:
    """The end of a day: on the last before the pool freezes, members move in what they hold.

    Args:
        moves_points: ppm of those who are there; each moves all whole steps.
    """
    if day % DAYS_A_MONTH + 1 != monthly.in_only.last:
        return
    there = np.sort(world.crowd[: world.numbers[THERE]])
    moving = there[generator.random(len(there)) * MILLION < moves_points]
    steps = world.members[moving, DIVIDEND_POINTS] // monthly.step
    for member, count in zip(moving[steps > 0], steps[steps > 0], strict=True):
        move_points(pool, int(member), int(count) * monthly.step, day, world)


def ends_month(day: int) -> bool:
    """Whether a month ends with this day (from 0)."""
    return day % DAYS_A_MONTH == DAYS_A_MONTH - 1


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
