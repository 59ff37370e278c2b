"""The loops and every rule they call, compiled by Numba as they stand. One source, two speeds."""

import numba
from numba.extending import register_jitable

from pinwheel.lab import loop
from pinwheel.rules import credit, dividends, seating  # noqa: F401  their rules are listed on import
from pinwheel.rules.mark import RULES

for _rule in RULES:
    register_jitable(_rule)
for _part in (
    loop.join_flags,
    loop.count_join,
    loop.give_places,
    loop.settle_full,
    loop.shuffle,
    loop.apply_postings,
    loop.count_settled,
):
    register_jitable(_part)

play_batch = numba.njit(loop.play_batch)
