"""Seat rules: which seats cannot win (必不中), and why.

Source: modes page, section 3. A bar is a bit; a seat barred for several reasons has several.
"""

from pinwheel.rules.mark import Ints, rule
from pinwheel.rules.tables import PlanTables

LEADER_BAR = 1
FIRST_JOIN_OF_DAY = 2
NEWCOMER = 4

# In the order in which a seat's bars are listed.
BARS: tuple[tuple[int, str], ...] = (
    (LEADER_BAR, "leader"),
    (FIRST_JOIN_OF_DAY, "first_join_of_day_in_front"),
    (NEWCOMER, "newcomer_in_front"),
)

FIRST_OF_DAY_FLAG = 1  # of a seat: its order was its holder's first join of the business day
NEWCOMER_FLAG = 2  # of a seat: its order was its holder's first join ever


def bar_names(bits: int) -> list[str]:
    """The names of a seat's bars, in the order of the modes page."""
    return [name for bit, name in BARS if bits & bit]


@rule
def bar_seats(tables: PlanTables, start: int, leader_row: int, flags: Ints, bars: Ints) -> None:
    """Set the bars of one group.

    Args:
        start: row of the group's first seat; its seats are rows start … start + size - 1.
        leader_row: row of the leader's seat, or -1.
        flags: (rows,) FIRST_OF_DAY_FLAG and NEWCOMER_FLAG of each seat.
        bars: (rows,) receives the bits.
    """
    end = start + tables.size
    for row in range(start, end):
        bars[row] = 0
    if leader_row >= 0 and tables.leader_may_win == 0:
        bars[leader_row] += LEADER_BAR
    if tables.first_join_of_day_in_front:
        row = foremost(start, end, FIRST_OF_DAY_FLAG, flags)
        if row >= 0:
            bars[row] += FIRST_JOIN_OF_DAY
    if tables.newcomer_in_front:
        row = foremost(start, end, NEWCOMER_FLAG, flags)
        if row >= 0:
            bars[row] += NEWCOMER


@rule
def foremost(start: int, end: int, flag: int, flags: Ints) -> int:
    """The first row of start … end - 1 that carries the flag, or -1."""
    for row in range(start, end):
        if flags[row] & flag:
            return row
    return -1
