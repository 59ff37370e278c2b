"""A run of the simulator: a plan, a behaviour, days, a seed; and what came of it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.compiled import play_day
from pinwheel.lab.life import Promises
from pinwheel.lab.world import (
    Books,
    Crowd,
    Members,
    Queue,
    make_books,
    make_crowd,
    make_members,
    make_parties,
    make_queue,
)
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.model import Plan
from pinwheel.rules.assets import CASH
from pinwheel.rules.reasons import (
    CAPTURE,
    DAILY_DIVIDEND,
    DAILY_RELEASED_CASH,
    JOIN_REWARD,
    LEADER_REWARD,
    RELEASED_CASH,
    REWARD,
    SPONSOR_RELEASED_CASH,
)

# Cash that leaves what a plan kept, by the reasons of the ledger.
PAID_OUT = (
    REWARD,
    JOIN_REWARD,
    LEADER_REWARD,
    RELEASED_CASH,
    SPONSOR_RELEASED_CASH,
    DAILY_RELEASED_CASH,
    DAILY_DIVIDEND,
)


GIB = 1 << 30
MOST_BYTES = 8 * GIB
BYTES_A_MEMBER = 200  # lab/world.py, with room
BYTES_A_DAY = 8 * 23 * 6 + 24  # a row of the books


class Unplayable(ValueError):
    """A plan or an argument that the simulator cannot play; the text says what and what it can."""


class World(NamedTuple):
    """Everything at the end of a run."""

    plan: Plan
    price: int
    members: Members
    crowd: Crowd
    queue: Queue
    books: Books


def promises_of(plan: Plan) -> Promises:
    """What the plan promises beyond its groups, as the loops read it."""
    daily = plan.dividends.daily if plan.dividends else None
    return Promises(
        static_release=plan.credit.static_release if plan.credit else 0,
        accelerated_release=plan.credit.accelerated_release if plan.credit else 0,
        per_win_fixed=daily.per_win.fixed if daily else 0,
        per_win_ppm=daily.per_win.ppm if daily else 0,
        newcomer_days=plan.promoter.newcomer_days if plan.promoter else 0,
        day_with_join=plan.promoter.day_with_join if plan.promoter else 0,
        joins_per_day=plan.limits.joins_per_day or 0,
    )


def simulate(
    plan: Plan,
    behaviour: Behaviour,
    most_members: int,
    days: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> World:
    """Play so many days; `progress` is told how many are done.

    Args:
        most_members: room for members; nobody comes beyond it.
    Raises: Unplayable.
    """
    refuse_unplayable(plan, behaviour, most_members, days)
    tables, promises, parties = compile_plan(plan), promises_of(plan), make_parties()
    members, crowd = make_members(most_members), make_crowd(most_members)
    queue, books = make_queue(), make_books(days)
    generator = np.random.Generator(np.random.PCG64(seed))
    for day in range(days):
        play_day(
            tables,
            promises,
            behaviour,
            plan.offer.price,
            day,
            members,
            crowd,
            queue,
            books,
            parties,
            generator,
        )
        if progress is not None:
            progress(day + 1)
    return World(plan, plan.offer.price, members, crowd, queue, books)


def refuse_unplayable(plan: Plan, behaviour: Behaviour, most_members: int, days: int) -> None:
    """Raises: Unplayable."""
    if plan.group.seating != "queue":
        raise Unplayable("the simulator plays plans with seating: queue")
    if not plan.group.size <= behaviour.start_members <= most_members:
        raise Unplayable(f"members: from {plan.group.size}, a group, on")
    needed = most_members * BYTES_A_MEMBER + days * BYTES_A_DAY
    if needed > MOST_BYTES:
        raise Unplayable(
            f"members and days: they would need {needed / GIB:.1f} GiB;"
            f" at most {MOST_BYTES / GIB:.0f} GiB are allowed"
        )
    if not 1 <= days <= 36_500:
        raise Unplayable("days: from 1 to 36500")


def kept_by_day(books: Books) -> list[int]:
    """What the plan had kept at the end of each day, in fen: captured less all cash paid out."""
    daily = books.moved[:, CAPTURE, CASH] - sum(books.moved[:, reason, CASH] for reason in PAID_OUT)
    return [int(amount) for amount in np.cumsum(daily)]


def results(world: World) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """What each member who came had won or lost in cash, in fen, payments still held counted as paid."""
    return world.members.balances[: world.crowd.known[0], CASH]
