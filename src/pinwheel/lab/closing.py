"""One draw over all full groups when the activity ends: its seats wait, and are then settled bit by bit.

Plain Python; `compiled.py` hands it to Numba. What is drawn and settled are the functions that run live.
"""

from typing import Any

from pinwheel.lab.game import Game
from pinwheel.lab.settling import apply_postings, count_settled, find_sponsors, pays_sponsors
from pinwheel.lab.world import (
    ASIDE,
    BARS,
    NOBODY,
    OUTCOMES,
    SEAT_FLAGS,
    SEAT_HOLDER,
    World,
    counters_of,
    postings_of,
    seats_of,
)
from pinwheel.rules.assets import SHOPPING_CREDIT
from pinwheel.rules.close import ClosingSeats, decide_closing
from pinwheel.rules.outcomes import DRAWN
from pinwheel.rules.settle import settle_decided
from pinwheel.rules.tables import PlanTables

# Rows of the seats that are drawn together, a column a seat.
CLOSING_HOLDER, CLOSING_FLAGS, CLOSING_DRAWN, CLOSING_BARS, CLOSING_OUTCOMES = range(5)
CLOSING_ROWS = 5


def put_aside(rows: int, world: World) -> None:
    """Let the seats of full groups wait for the draw at the end; `simulate` takes them from there."""
    first = world.numbers[ASIDE]
    for row in range(rows):
        world.aside[0, first + row] = world.seats[SEAT_HOLDER, row]
        world.aside[1, first + row] = world.seats[SEAT_FLAGS, row]
    world.numbers[ASIDE] = first + rows


def close_activity(
    game: Game, all_seats: PlanTables, day: int, columns: Any, seen: Any, world: World
) -> None:
    """Draw all full groups at once, and settle them as far as there is room, again and again.

    Args:
        all_seats: the plan's tables for one list of all seats.
        columns: (CLOSING_ROWS, seats) holders, flags and drawn order are read, bars and outcomes written.
        seen: (members,) zeros.
    """
    drawn = decide_closing(
        all_seats,
        ClosingSeats(columns[CLOSING_HOLDER], columns[CLOSING_FLAGS], columns[CLOSING_DRAWN]),
        counters_of(world.facts),
        seen,
        columns[CLOSING_BARS],
        columns[CLOSING_OUTCOMES],
    )
    size, seats = game.tables.size, world.seats
    most = len(world.leader_rows) - 1
    for first in range(0, columns.shape[1], most * size):
        rows = min(most * size, columns.shape[1] - first)
        for row in range(rows):
            seats[SEAT_HOLDER, row] = columns[CLOSING_HOLDER, first + row]
            seats[SEAT_FLAGS, row] = columns[CLOSING_FLAGS, first + row]
            seats[BARS, row] = columns[CLOSING_BARS, first + row]
            seats[OUTCOMES, row] = columns[CLOSING_OUTCOMES, first + row]
        for group in range(rows // size):
            world.leader_rows[group] = group * size if game.promises.has_leader else NOBODY
        settle_part(game, day, rows, drawn == DRAWN, world)


def settle_part(game: Game, day: int, rows: int, bars_held: bool, world: World) -> None:
    """Settle groups whose seats, leaders, bars and outcomes are written."""
    tables, groups = game.tables, rows // game.tables.size
    if pays_sponsors(tables):
        find_sponsors(game.promises.promoters_only, day, rows, world.facts, world.seats)
    used = settle_decided(
        tables,
        game.price,
        seats_of(world, groups),
        world.members[:, SHOPPING_CREDIT],
        counters_of(world.facts),
        world.seats[BARS],
        world.seats[OUTCOMES],
        bars_held,
        postings_of(world),
    )
    apply_postings(game.signs, world.postings, used, world.members, world.moved[day])
    count_settled(tables, game.price, day, rows, world)
