"""Counters of wins, per member and plan, that the seat rules 3 to 5 read.

Source: modes page, section 3. They change at settlement, seat by seat.
"""

from typing import NamedTuple

from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.tables import PlanTables


class Counters(NamedTuple):
    """Columns over members, changed in place.

    Attributes:
        sit_out: settled joins that cannot win, still to come.
        row_wins: wins in a row since the last privilege.
        all_wins: wins in total.
        window_joins, window_wins: settled joins of the present window, and how many of them won.
    """

    sit_out: Ints
    row_wins: Ints
    all_wins: Ints
    window_joins: Ints
    window_wins: Ints


@rule
def count_result(tables: PlanTables, holder: int, used_up: bool, won: bool, counters: Counters) -> None:
    """Count one settled join of a member: use up a privilege, count the win, move the window on.

    Args:
        used_up: the seat was barred by `sit_out`, and that bar held.
    """
    if used_up:
        counters.sit_out[holder] -= 1
    if won:
        counters.row_wins[holder] += 1
        counters.all_wins[holder] += 1
        if tables.row_wins and counters.row_wins[holder] >= tables.row_wins:
            counters.sit_out[holder] += tables.row_sit_out
            counters.row_wins[holder] = 0
        if tables.total_wins and counters.all_wins[holder] % tables.total_wins == 0:
            counters.sit_out[holder] += tables.total_sit_out
    else:
        counters.row_wins[holder] = 0
    if tables.cap_joins:
        counters.window_joins[holder] += 1
        if won:
            counters.window_wins[holder] += 1
        if counters.window_joins[holder] >= tables.cap_joins:
            counters.window_joins[holder] = 0
            counters.window_wins[holder] = 0
