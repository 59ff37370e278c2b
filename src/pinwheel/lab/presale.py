"""A presale's groups are full: each seat pays its balance and is settled by itself, or gets the deposit back.

Made-up members decide at once; live they have the plan's time for it. Plain Python; see `compiled.py`.
"""

from typing import Any

from pinwheel.lab.game import Game
from pinwheel.lab.settling import settle_drawn
from pinwheel.lab.world import LOTS, NOBODY, SEAT_HOLDER, SETTLED, World
from pinwheel.rules.assets import CASH
from pinwheel.rules.money import MILLION
from pinwheel.rules.reasons import BALANCE, DEPOSIT_BACK


def take_balances(game: Game, pays_balance: int, day: int, full: int, world: World, lots: Any) -> None:
    """Take the balances of full groups, settle the seats that paid, and give the other deposits back.

    Args:
        pays_balance: ppm of the seats.
        full: groups whose seats are written.
        lots: random numbers from 0 to 1 (excluded), one for each seat.
    """
    deposit, members, moved = game.promises.deposit, world.members, world.moved
    balance = game.price - deposit
    used, paid = world.numbers[LOTS], 0
    for row in range(full * game.tables.size):
        holder = world.seats[SEAT_HOLDER, row]
        if lots[used] * MILLION < pays_balance:
            members[holder, CASH] -= balance
            moved[day, BALANCE, CASH] += balance
            world.seats[SEAT_HOLDER, paid] = holder
            world.leader_rows[paid] = NOBODY
            paid += 1
        else:
            members[holder, CASH] += deposit
            moved[day, DEPOSIT_BACK, CASH] += deposit
        used += 1
    world.numbers[LOTS] = used
    settle_drawn(game, 1, day, paid, world)
    world.days[day, SETTLED] += full - paid  # a group is over with its last seat, however many paid
