"""What the lab's benchmarks stand on: the plan, timed runs, settlement alone, a loop without rules."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np

from bench.table import Row
from pinwheel.lab import compiled, settling
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.game import Game, game_of
from pinwheel.lab.simulate import Arguments, simulate
from pinwheel.lab.world import (
    DISSOLVED,
    JOINS,
    KNOWN,
    LOTS,
    SEAT_FLAGS,
    SEAT_HOLDER,
    SETTLED,
    Table,
    World,
    make_world,
    rows_in_line,
)
from pinwheel.plan.load import playbook_text
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.yaml_exact import load_yaml
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.bars import FIRST_OF_DAY_FLAG

PLAN = "national-group-buy"
ROOT = Path(__file__).parents[1]
JOINS_A_DAY = 1_500_000  # ppm: one and a half a member
GROUPS = 100  # a batch
BATCHES = 500  # a call


class Spread(NamedTuple):
    """The same thing measured several times."""

    low: float
    middle: float
    high: float


def spread(figures: Sequence[float]) -> Spread:
    """The least, the median and the greatest."""
    return Spread(min(figures), float(np.median(figures)), max(figures))


def rate_row(name: str, rates: Sequence[float], note: str = "") -> Row:
    """A row of rates in joins a second, with their range."""
    low, middle, high = spread(rates)
    return Row(name, middle, "joins/s", f"{low:,.0f} to {high:,.0f}" + (f"; {note}" if note else ""))


def playbook_plan() -> Plan:
    """National Group-Buy as it comes."""
    return read_plan(load_yaml(playbook_text(PLAN)))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one processor that work took, and what it returned.

    Not the clock's seconds: the loops use one processor, and a neighbour's load is not theirs.
    """
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def run_module(module: str, *words: str, told: str | None = None, python: Path | None = None) -> str:
    """What `python -m module` prints, started in the checkout with `told` as its input.

    Raises: RuntimeError if it fails, with what it said.
    """
    command = [str(python or sys.executable), "-m", module, *words]
    done = subprocess.run(command, cwd=ROOT, input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr or done.stdout}")
    return done.stdout


def play(plan: Plan, members: int, days: int, seed: int = 1, parts: Any = compiled) -> tuple[float, World]:
    """Seconds of a processor, and the world, of a whole run of the lab; nobody comes or goes."""
    arguments = Arguments(Behaviour(members, joins_a_day=JOINS_A_DAY), members, days, seed)
    return timed(lambda: simulate(plan, arguments, parts=parts))


def joins_of(world: World) -> int:
    return int(world.days[:, JOINS].sum())


@numba.njit(**compiled.ENTRY)  # type: ignore[untyped-decorator]
def settle_batches(game: Game, holders: Any, flags: Any, world: World, lots: Any) -> int:
    """Draw and settle full groups, batch after batch; return the number of postings."""
    used = 0
    world.numbers[LOTS] = 0
    for batch in range(len(holders)):
        for row in range(holders.shape[1]):
            world.seats[SEAT_HOLDER, row] = holders[batch, row]
            world.seats[SEAT_FLAGS, row] = flags[batch, row]
        settling.draw_groups(game, holders.shape[1] // game.tables.size, world, lots)
        used += settling.settle_drawn(game, game.tables.size, 0, holders.shape[1] // game.tables.size, world)
    return used


@numba.njit(**compiled.ENTRY)  # type: ignore[untyped-decorator]
def join_without_rules(
    size: int, postings: int, assets: int, amount: int, members: Any, order: Any, lots: Any
) -> None:
    """For each join who it is, a place in a shuffled order, and amounts in columns: nobody does less.

    Args:
        size: joins of a group.
        postings: amounts that a join adds.
        members: (members, columns) changed in place.
        order: (2, size) room for a group: who, and the shuffled order.
        lots: random numbers from 0 to 1 (excluded), two for each join.
    """
    used = 0
    for _ in range(len(lots) // (2 * size)):
        for offset in range(size):
            order[0, offset] = int(lots[used] * len(members))
            order[1, offset] = offset
            used += 1
        for offset in range(size):
            other = offset + int(lots[used] * (size - offset))
            used += 1
            order[1, offset], order[1, other] = order[1, other], order[1, offset]
        for offset in range(size):
            holder = order[0, order[1, offset]]
            for posting in range(postings):
                members[holder, posting % assets] += amount


class Settlement:
    """Full groups of the plan, settled again and again."""

    def __init__(self, plan: Plan, members: int) -> None:
        self.game = game_of(plan)
        self.world = make_world(self.game.tables, self.game.tables.size, members, 1)
        self.world.numbers[KNOWN] = members
        self.generator = np.random.Generator(np.random.PCG64(1))
        size = self.game.tables.size
        shape = BATCHES, GROUPS * size
        # Nobody sits twice in a group: numbers in a row from a random one on, times a number that hits all.
        first = self.generator.integers(0, members, (BATCHES, GROUPS, 1))
        self.holders = ((first + np.arange(size)) * 7_919 % members).reshape(shape)
        self.flags = self.generator.integers(0, FIRST_OF_DAY_FLAG + 1, shape)
        self.joins = BATCHES * GROUPS * size

    def settle(self) -> int:
        """Chance and settlement of all batches; return the number of postings."""
        lots = self.generator.random(self.joins)
        return int(settle_batches(self.game, self.holders, self.flags, self.world, lots))

    def dissolved(self) -> float:
        """The share of groups that dissolved."""
        dissolved, settled = (int(self.world.days[0, column]) for column in (DISSOLVED, SETTLED))
        return dissolved / (dissolved + settled)


class Bare:
    """The limit: the same chance and as many postings, and no rules."""

    def __init__(self, size: int, postings: int, members: int, joins: int) -> None:
        self.size, self.postings, self.joins = size, postings, joins
        self.members: Table = rows_in_line(members)
        self.order = np.zeros((2, size), dtype=np.int64)
        self.generator = np.random.Generator(np.random.PCG64(1))

    def join(self) -> None:
        """Chance and postings of all joins."""
        lots = self.generator.random(2 * self.joins)
        join_without_rules(self.size, self.postings, len(ASSETS), 100, self.members, self.order, lots)
