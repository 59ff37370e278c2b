"""A run of the simulator: a plan, a behaviour, days, a seed; and what came of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pinwheel.lab import life
from pinwheel.lab.behaviour import Behaviour, has_moods
from pinwheel.lab.closing import CLOSING_DRAWN, CLOSING_FLAGS, CLOSING_HOLDER, CLOSING_ROWS
from pinwheel.lab.figures import margin_by_day
from pinwheel.lab.game import Game, all_seats, game_of, smallest_of
from pinwheel.lab.pool import DAYS_A_MONTH, MonthlyPool, end_pool_day, ends_month, make_pool, share_profit
from pinwheel.lab.world import (
    ASIDE,
    BYTES_A_MEMBER,
    DAY_FIGURES,
    KNOWN,
    MOST_REASONS,
    OPEN_SEATS,
    THERE,
    Halves,
    World,
    make_world,
)
from pinwheel.plan.model import Plan, drawn_on_close
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.money import MILLION, share

GIB = 1 << 30
MOST_BYTES = 8 * GIB
BYTES_A_DAY = 8 * (MOST_REASONS * len(ASSETS) + DAY_FIGURES)  # a row of the books
MOST_DAYS = 36_500
BYTES_A_WAITING_SEAT = 64  # of a draw at the end: all that it holds of a seat while it draws
PLAIN_JOINS = 40_000  # about two seconds in plain Python
PART = 65_536  # wishes for which chance is drawn at once


class Unplayable(ValueError):
    """A plan or an argument that the simulator cannot play; the text says what and what it can."""


class Arguments(NamedTuple):
    """What a run is told by, beside the plan: with the same arguments it is the same run, anywhere.

    Attributes:
        behaviour: how members come, join and go.
        most_members: room for members; nobody comes beyond it.
        days: to play.
        seed: of chance.
        costs_a_day: fen that the operator spends every day, whatever happens.
        profit_shared: ppm of what a month has gained that the operator lets the monthly pool share.
    """

    behaviour: Behaviour
    most_members: int
    days: int
    seed: int
    costs_a_day: int = 0
    profit_shared: int = 0


def simulate(
    plan: Plan,
    arguments: Arguments,
    progress: Callable[[int], None] | None = None,
    parts: Any = None,
) -> World:
    """Play so many days; `progress` is told how many are done.

    Args:
        parts: who plays a day's parts; default: `parts_for` this run.

    Raises: Unplayable.
    """
    refuse_unplayable(plan, arguments)
    parts = parts or parts_for(expected_joins(arguments))
    game = game_of(plan)
    try:
        wishes = PART if game.promises.draws_at_the_end else 0
        most, smallest = arguments.most_members, smallest_of(game)
        world = make_world(game.tables, smallest, most, arguments.days, wishes)
    except MemoryError:
        needed = gib(bytes_needed(arguments))
        raise Unplayable(f"members and days: they need {needed}, and this machine has less left") from None
    generator = np.random.Generator(np.random.PCG64(arguments.seed))
    waiting: list[Halves] = []
    # The pool has chance of its own: with it or without, the same members join.
    pool = make_pool(arguments.most_members)
    movers = np.random.Generator(np.random.PCG64([arguments.seed, 1]))
    for day in range(arguments.days):
        play_day(game, arguments.behaviour, day, world, generator, parts, waiting)
        if arguments.profit_shared:
            share_month(plan, arguments, pool, day, world, movers)
        if progress is not None:
            progress(day + 1)
    if game.promises.draws_at_the_end:
        end_activity(game, arguments.days - 1, world, generator, parts, waiting)
    return world


def share_month(
    plan: Plan,
    arguments: Arguments,
    pool: MonthlyPool,
    day: int,
    world: World,
    generator: np.random.Generator,
) -> None:
    """What a day brings to the monthly pool; with a month's last day its part of the profit is shared."""
    monthly = plan.dividends.monthly if plan.dividends else None
    if monthly is None:
        return
    end_pool_day(pool, monthly, day, arguments.behaviour.moves_points, world, generator)
    if ends_month(day) and pool.points.any():
        margin = margin_by_day(plan, world, arguments.costs_a_day)
        before = int(margin[day - DAYS_A_MONTH]) if day >= DAYS_A_MONTH else 0
        profit = share(max(0, int(margin[day]) - before), arguments.profit_shared)
        if profit:
            share_profit(pool, profit, day, world)


def end_activity(
    game: Game,
    last_day: int,
    world: World,
    generator: np.random.Generator,
    parts: Any,
    waiting: list[Halves],
) -> None:
    """The end of an activity that is drawn when it ends.

    Args:
        waiting: (2, …) holders and flags of all seats in full groups, in the order in which these filled.
    """
    seats = sum(part.shape[1] for part in waiting)
    columns = np.zeros((CLOSING_ROWS, seats), dtype=np.int64)
    if seats:
        columns[[CLOSING_HOLDER, CLOSING_FLAGS]] = np.concatenate(waiting, axis=1)
        columns[CLOSING_DRAWN] = generator.permutation(seats)
    seen = np.zeros(len(world.members), dtype=np.int64)
    parts.end_activity(game, all_seats(game.tables, seats), last_day, columns, seen, world)


def room_for(behaviour: Behaviour, days: int = MOST_DAYS) -> int:
    """Room for members that the growth of so many days will hardly exceed."""
    growing = min(behaviour.growth_ends, days, MOST_DAYS)
    if growing == 0 or behaviour.arrivals_a_day == 0:
        return behaviour.start_members
    grown: int = behaviour.start_members * (MILLION + behaviour.arrivals_a_day) ** growing // MILLION**growing
    return grown * 11 // 10 + 100


def expected_joins(arguments: Arguments) -> int:
    """About how many joins a run has, at most."""
    return arguments.most_members * arguments.days * arguments.behaviour.joins_a_day // MILLION


def parts_for(joins: int) -> Any:
    """Who plays the parts of a day, for so many joins: `life` in plain Python or the same compiled.

    Compiled code is a hundred times as fast; making it, or even loading it, takes longer than a small run.
    """
    if joins <= PLAIN_JOINS:
        return life
    from pinwheel.lab import compiled  # Numba takes seconds to load

    return compiled


def play_day(
    game: Game,
    behaviour: Behaviour,
    day: int,
    world: World,
    generator: np.random.Generator,
    parts: Any,
    waiting: list[Halves],
) -> None:
    """One business day, from midnight to midnight: chance is drawn here, in bulk, everything else in `parts`.

    Args:
        waiting: receives the seats that wait for the draw at the end.
    Raises: Unplayable if more groups are open than there is room for.
    """
    parts.begin_day(game, day, world)
    there = int(world.numbers[THERE])
    leaving = int(generator.poisson(there * behaviour.leaves_a_day / MILLION))
    coming = behaviour.start_members if day == 0 else 0
    if 0 < day < behaviour.growth_ends:
        coming = int(generator.poisson(there * behaviour.arrivals_a_day / MILLION))
    parts.come_and_go(behaviour, day, leaving, coming, world, generator.random(leaving + 2 * coming))
    # With moods, of two wishes in an ordinary one a single join comes: moods can rise as well as fall.
    wished = int(world.numbers[THERE]) * behaviour.joins_a_day * (2 if has_moods(behaviour) else 1)
    wishes = int(generator.poisson(wished / MILLION))
    for first in range(0, wishes, PART):
        last = min(first + PART, wishes)
        seats = last - first + int(world.numbers[OPEN_SEATS])
        lots = generator.random(2 * (last - first)), generator.random(seats)
        if not parts.play_wishes(game, behaviour, day, first, last, wishes, world, *lots):
            raise Unplayable(f"day {day + 1}: more groups are open at once than the lab has room for")
        if aside := int(world.numbers[ASIDE]):
            waiting.append(world.aside[:, :aside].astype(np.int32))
            world.numbers[ASIDE] = 0


def refuse_unplayable(plan: Plan, arguments: Arguments) -> None:
    """Raises: Unplayable."""
    behaviour, most, days = arguments.behaviour, arguments.most_members, arguments.days
    if behaviour.start_members < 1:
        raise Unplayable("members: from 1 on")
    if not behaviour.start_members <= most:
        raise Unplayable(f"members: {behaviour.start_members}, but room for {most} at the most")
    if not 1 <= days <= MOST_DAYS:
        raise Unplayable(f"days: from 1 to {MOST_DAYS}")
    needed = bytes_needed(arguments)
    if drawn_on_close(plan):
        needed += expected_joins(arguments) * BYTES_A_WAITING_SEAT
    refuse_too_large("members and days", needed)


def refuse_too_large(what: str, needed: int) -> None:
    """Raises: Unplayable with the memory, in bytes, that it would need."""
    if needed > MOST_BYTES:
        raise Unplayable(f"{what}: they would need {gib(needed)}; at most {gib(MOST_BYTES)} are allowed")


def bytes_needed(arguments: Arguments) -> int:
    """The memory of a run."""
    return arguments.most_members * BYTES_A_MEMBER + arguments.days * BYTES_A_DAY


def gib(size: int) -> str:
    """Bytes as 1.5 GiB."""
    if size >= GIB * MILLION:
        return f"more than {MILLION:,} GiB"
    return f"{size / GIB:,.1f} GiB"


def results(world: World) -> NDArray[np.int64]:
    """What each member who came had won or lost in cash, in fen, payments still held counted as paid."""
    return world.members[: world.numbers[KNOWN], CASH]
