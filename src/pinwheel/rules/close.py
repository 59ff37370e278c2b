"""One draw over all filled groups of an activity, when it ends. Its groups are settled afterwards.

Source: modes page, section 2 (`on_close`) and section 3: the seats of all groups are one list.
"""

from typing import NamedTuple

from pinwheel.rules.bars import bar_all_by_counters, bar_in_front
from pinwheel.rules.counters import Counters
from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.outcomes import assign_outcomes
from pinwheel.rules.tables import PlanTables


class ClosingSeats(NamedTuple):
    """The seats of all filled groups, group after group in seat order."""

    holders: Ints  # index of the holder in the counters
    flags: Ints  # rules/bars.py
    drawn: Ints  # all seat offsets in drawn order


def closing_tables(tables: PlanTables, seats: int) -> PlanTables:
    """The plan's tables for one list of so many seats; the last class gets what the prizes leave."""
    prizes = [int(count) for count in tables.class_counts[:-1]]
    return tables._replace(size=seats, class_counts=[*prizes, seats - sum(prizes)])


@rule
def decide_closing(
    tables: PlanTables, seats: ClosingSeats, counters: Counters, seen: Ints, bars: Ints, outcomes: Ints
) -> int:
    """Bar and draw all seats at once.

    Args:
        tables: of the plan, with `size` the number of seats and `class_counts` adding up to it.
        counters: (members,) columns; not read where no seat rule counts.
        seen: (members,) zeros.
        bars, outcomes: (seats,) receive each seat's bars and class (NO_OUTCOME: everything is refunded).
    Returns: DISSOLVED, DRAWN or DRAWN_ANYWAY of rules/outcomes.py.
    """
    for row in range(tables.size):
        bars[row] = 0
    bar_in_front(tables, 0, tables.size, seats.flags, bars)
    if tables.row_wins or tables.total_wins or tables.cap_joins:
        bar_all_by_counters(tables, seats.holders, counters, seen, bars)
    return assign_outcomes(tables, 0, seats.drawn, bars, outcomes)
