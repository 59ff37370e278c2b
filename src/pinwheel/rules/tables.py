"""The form in which rules read a plan: integers and arrays, nothing else.

`plan/compile.py` makes them from a plan file; the live settler and the lab hand them to the rules.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

GIVE_ASSET = 0  # grant `fixed` + `ppm` of the price in `asset`
GIVE_RELEASE = 1  # release `fixed` + `ppm` of the price from shopping credit into cash
GIVE_GOODS = 2  # hand over goods: no posting, the order is to be delivered

EACH_JOIN = -1  # scope of a give to every seat at settlement
LEADER = -2  # scope of a give to the leader of a filled group

GIVE = np.dtype(
    [
        ("scope", np.int64),  # index of an outcome class, or EACH_JOIN, or LEADER
        ("kind", np.int64),  # GIVE_ASSET, GIVE_RELEASE or GIVE_GOODS
        ("asset", np.int64),  # number of the asset (rules/assets.py); of GIVE_ASSET only
        ("fixed", np.int64),  # hundredths
        ("ppm", np.int64),  # parts per million of the price paid
    ]
)


class PlanTables(NamedTuple):
    """One published plan, for groups of one size.

    Attributes:
        size: seats of a group.
        seats_per_group: seats that one member may hold in one group.
        class_counts: (classes,) seats of each outcome class in order; the last is the rest.
        class_keeps: (classes,) 1 where the payment is kept, 0 where it is refunded.
        gives: (gives,) record array of dtype GIVE, in the order of the plan.
        first_join_of_day_in_front, newcomer_in_front: 1 if that seat rule is on.
        leader_may_win: 0 if the leader's seat is barred.
        dissolve: 1 if a group with too few seats that may win dissolves, 0 if it is drawn anyway.
    """

    size: int
    seats_per_group: int
    class_counts: NDArray[np.int64]
    class_keeps: NDArray[np.int64]
    gives: NDArray[np.void]
    first_join_of_day_in_front: int
    newcomer_in_front: int
    leader_may_win: int
    dissolve: int
