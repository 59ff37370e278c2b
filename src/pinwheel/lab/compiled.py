"""The loops and every rule they call, compiled by Numba as they stand. One source, two speeds."""

import numba
from numba.extending import register_jitable

from pinwheel.lab import life, loop
from pinwheel.rules import credit, dividends, seating  # noqa: F401  their rules are listed on import
from pinwheel.rules.mark import RULES

PARTS = (
    loop.join_flags,
    loop.count_join,
    loop.take_carried_seats,
    loop.give_places,
    loop.settle_full,
    loop.shuffle,
    loop.apply_postings,
    loop.count_settled,
    life.begin_day,
    life.share_dividend,
    life.release_credit,
    life.come_and_go,
    life.change_moods,
    life.may_join,
)
for _function in (*RULES, *PARTS, loop.play_batch):
    register_jitable(_function)

play_batch = numba.njit(loop.play_batch)
play_day = numba.njit(life.play_day)
